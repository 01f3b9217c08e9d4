import { checkProps, line, propsSchema } from "../core/props";
import { z } from "../core/zod";
import { NODE_KINDS, PROVENANCES } from "../manifest/format";
import type { ManifestNode, TierStructure } from "../manifest/manifest";
import type { EngineResilience } from "./engine";

const names = z.array(line).meta({ words: "a list of names", example: '["zone shop/a"]' });
const list = <T>() => z.array(z.custom<T>((one) => typeof one === "object" && one !== null)).meta({ example: "[]" });
const shares = z
  .tuple([z.number(), z.number(), z.number()])
  .meta({ words: "three shares of time: low, likely, high", example: "[0.0001, 0.0005, 0.001]" });

const nodeSchema = propsSchema<ManifestNode>()({
  kind: z.enum(NODE_KINDS).meta({ example: '"managed service"' }),
  in: names.meta({ example: '[zoneNode("shop", "a")]' }),
  probability: shares,
  failuresPerYear: z.number().optional(),
  provenance: z.enum(PROVENANCES),
  source: line.meta({ example: '"the seller\'s SLA"' }),
});

const structureSchema = propsSchema<Pick<TierStructure, "atLeast" | "of" | "needs" | "commonCause" | Lists>>()({
  atLeast: z.number().int().meta({ example: "1" }),
  of: names,
  needs: z.array(z.union([line, z.object({ any: z.array(line) })])).meta({ words: "a list of names", example: "[]" }),
  commonCause: z.number().meta({ example: "0" }),
  recovery: list<TierStructure["recovery"][number]>(),
  loss: list<TierStructure["loss"][number]>(),
  alternatives: list<TierStructure["alternatives"][number]>(),
});
type Lists = "recovery" | "loss" | "alternatives";

/** Refuses what an engine of the user's says of its own failures when a part of it is missing: predictions need all of it. */
export function checkResilience(path: string, engine: string, { nodes, structure }: EngineResilience): void {
  const property = `${engine}.resilience`;
  checkProps(path, z.record(line, nodeSchema).meta({ words: "an object of nodes" }), nodes, `${property}.nodes`);
  const { atLeast, of, needs, commonCause, recovery, loss, alternatives } = structure;
  const checked = { atLeast, of, needs, commonCause, recovery, loss, alternatives };
  checkProps(path, structureSchema, checked, `${property}.structure`);
}
