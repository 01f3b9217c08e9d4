import type { Construct } from "constructs";
import { Hive } from "../../stack/hive";
import { sha256 } from "../../core/sha256";
import type { ISite } from "../../contracts/site";
import { noRouterId } from "./cloud-errors";

/** VRRP knows so many groups. */
const ROUTER_IDS = 255;

/**
 * Takes a VRRP router id for a load balancer: from its group's name, so that it stays; the next one where another tier of the
 * site has it already.
 *
 * @throws BeehiveError when all are taken
 */
export function takeRouterId(scope: Construct, site: ISite, path: string, group: string): number {
  const first = Number.parseInt(sha256(group).slice(0, 8), 16);
  const ids = Array.from({ length: ROUTER_IDS }, (_, i) => ((first + i) % ROUTER_IDS) + 1);
  const free = ids.find((id) => Hive.of(scope).claim(`${site.node.path} router id ${id}`, path) === undefined);
  if (free === undefined) throw noRouterId(path, ROUTER_IDS);
  return free;
}
