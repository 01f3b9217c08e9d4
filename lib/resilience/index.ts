/**
 * The resilience engine: exact availability of fault trees and of hosting structures, on plain data.
 *
 * Reading order: `model` (fault trees as data) -> `circuit` -> `bdd` and `diagram` -> `probability`, `importance`,
 * `cuts` -> `analyze`; `structure` (hosting as data) -> `resolve` -> `fault-tree` or `zones` -> `structure-analysis`.
 */
export { analyze } from "./analyze";
export type { AnalysisOptions, CutSets, FaultAnalysis } from "./analyze";
export { analyzeStructure } from "./analyze-structure";
export type {
  Availability,
  Method,
  Remainder,
  StructureAnalysis,
  StructureNumbers,
  StructureOptions,
  Survival,
} from "./structure-analysis";
export type { Contributor } from "./contributors";
export { withCommonCauses, betaFactor } from "./common-cause";
export type { CommonCauseGroup } from "./common-cause";
export { InvalidModelError, NodeBudgetError, UnsupportedQuestionError } from "./errors";
export { minutesPerYear, nines, PROVENANCES, toHours, unavailabilityOf } from "./estimate";
export type { Probability, Provenance, Range, Time } from "./estimate";
export { failoverUnavailability } from "./failover";
export type { Failover } from "./failover";
export type { Importance } from "./importance";
export { parseFaultModel } from "./model-schema";
export type { BasicEvent, FaultModel, Formula } from "./model";
export { downDistribution, repairedUnavailability, waitingForCrew } from "./repair";
export type { RepairedGroup } from "./repair";
export { parseStructure } from "./structure-schema";
export type { Need, Structure, StructureNode, StructureTier } from "./structure";
export type { CutGroup } from "./symmetry";
export { readOpenPsa } from "./open-psa";
export type { OpenPsaOptions } from "./open-psa";
export { ModelFileError } from "./open-psa-xml";
