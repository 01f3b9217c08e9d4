import { analyzeParsed, type StructureAnalysis, type StructureOptions } from "./structure-analysis";
import { parseStructure } from "./structure-schema";

/**
 * Checks a structure and answers questions about it: how available it is, and what costs the most.
 *
 * @param input a `Structure`, from code or from JSON
 * @throws InvalidModelError
 */
export function analyzeStructure(input: unknown, options: StructureOptions = {}): StructureAnalysis {
  return analyzeParsed(parseStructure(input), options);
}
