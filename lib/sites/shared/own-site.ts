import type { EngineRequest } from "../../contracts/engine";
import type { ISite } from "../../contracts/site";
import { foreignEngine } from "../../contracts/engine-errors";

/** The tier's site, for an engine that works on one kind of site only. @throws BeehiveError for any other */
export function ownSite<S extends ISite>(
  { site, path }: EngineRequest,
  engine: string,
  kind: string,
  isOwn: (site: ISite) => site is S,
): S {
  if (isOwn(site)) return site;
  throw foreignEngine(path, "engine", engine, kind, { name: site.name, kind: site.kind }, "Leave engine out.");
}
