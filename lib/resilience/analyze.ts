import { boundsOf } from "./bounds";
import type { Circuit } from "./circuit";
import { compileCircuit } from "./circuit";
import type { CutFamily } from "./cuts";
import { countByOrder, cutSetsFromDiagram, cutSetsOf, listCutSets } from "./cuts";
import { type Diagram, tryDiagram } from "./diagram";
import { NodeBudgetError } from "./errors";
import type { Range } from "./estimate";
import type { Importance } from "./importance";
import { importances } from "./importance";
import { eventRange } from "./model";
import { parseFaultModel } from "./model-schema";
import { rootRanges } from "./probability";
import type { CutGroup } from "./symmetry";
import { groupCutSets } from "./symmetry";

/** Limits and hints for `analyze`. */
export interface AnalysisOptions {
  /** Nodes of a decision diagram after which the answer becomes bounds. @default 2,000,000 */
  readonly nodeBudget?: number;
  /** Interchangeable events, for cut sets that read "any 2 of web-*". @default none */
  readonly symmetric?: readonly (readonly string[])[];
}

/** What is known of a fault tree's top. */
export interface FaultAnalysis {
  /** False when the node budget was too small: then `low` and `high` are certain limits, and `notes` says how found. */
  readonly exact: boolean;
  /**
   * The top's probability. When exact, `low` and `high` come from the ranges of the events; `likely` is missing when
   * there are only bounds.
   */
  readonly probability: { readonly low: number; readonly likely?: number; readonly high: number };
  /** Most critical first; empty without a decision diagram. */
  readonly importance: readonly Importance[];
  /** Cut sets of order 1 to 3. @default - missing for models with NOT or XOR */
  readonly cutSets?: CutSets;
  /** Size of the decision diagram; 0 when none could be built. */
  readonly diagramNodes: number;
  /** What the reader has to know: budgets that were exceeded, questions without an answer. */
  readonly notes: readonly string[];
}

/** Minimal cut sets: smallest sets of events that together bring the top about. */
export interface CutSets {
  /** Order 1 to 3, symmetric ones as one entry. */
  readonly groups: readonly CutGroup[];
  /** The same one by one: all of order 1, and order 2 and 3 as long as that makes at most 10,000. */
  readonly sets: readonly (readonly string[])[];
  /** How many there are of each order, beginning with 0; up to order 3 only when `complete` is false. */
  readonly countByOrder: readonly bigint[];
  /** Whether `countByOrder` counts all orders. */
  readonly complete: boolean;
}

export const MAX_LISTED_ORDER = 3;
const MAX_LISTED_SETS = 10_000n;

/**
 * Everything about one fault tree: probability, importance of its events, minimal cut sets.
 *
 * @throws InvalidModelError when the input is no valid `FaultModel`
 */
export function analyze(input: unknown, options: AnalysisOptions = {}): FaultAnalysis {
  const model = parseFaultModel(input);
  const circuit = compileCircuit(model);
  const ranges = circuit.events.map((name) => eventRange(model.events[name]!));
  const shared = (event: number) => model.events[circuit.events[event]!]!.shared === true;
  const likely = (event: number) => ranges[event]!.likely;
  const notes: string[] = [];

  const diagram = tryDiagram(circuit, shared, options.nodeBudget, notes);
  const cutSets = circuit.coherent
    ? cutSetsUpToThree(circuit, circuit.roots[0]!, { ...options, diagram, shared, probability: likely, notes })
    : undefined;
  if (!circuit.coherent)
    notes.push("The model has NOT or XOR: it has no minimal cut sets, and ranges are not propagated.");

  if (!diagram) {
    const bounds = (end: keyof Range) => boundsOf(circuit, circuit.roots[0]!, (event) => ranges[event]![end], shared);
    const [low, high] = circuit.coherent ? [bounds("low"), bounds("high")] : [bounds("likely"), bounds("likely")];
    notes.push(`The probability is between certain limits, not exact: ${low.statement}.`);
    return {
      exact: false,
      probability: { low: low.low, high: high.high },
      importance: [],
      cutSets,
      diagramNodes: 0,
      notes,
    };
  }
  const range = rootRanges(diagram, (event) => ranges[event]!)[0]!;
  return {
    exact: true,
    probability: circuit.coherent ? range : { low: range.likely, likely: range.likely, high: range.likely },
    importance: importances(diagram, diagram.roots[0]!, circuit.events, likely),
    cutSets,
    diagramNodes: diagram.bdd.size,
    notes,
  };
}

interface CutQuestion extends AnalysisOptions {
  readonly diagram?: Diagram;
  readonly shared: (event: number) => boolean;
  readonly probability: (event: number) => number;
  readonly notes: string[];
}

/** Cut sets of order 1 to 3, and the count of all others where a decision diagram allows it. */
export function cutSetsUpToThree(circuit: Circuit, root: number, question: CutQuestion): CutSets | undefined {
  const { diagram, nodeBudget, notes } = question;
  try {
    const small = cutSetsOf(circuit, root, { maxOrder: MAX_LISTED_ORDER, nodeBudget, shared: question.shared });
    const counts = diagram && countAll(circuit, diagram, circuit.roots.indexOf(root), nodeBudget);
    if (!counts)
      notes.push(`Cut sets are counted up to order ${MAX_LISTED_ORDER}; larger ones were too many to count.`);
    return {
      groups: groupsOf(small, circuit.events, question),
      sets: listSmall(small).map((set) => set.map((event) => circuit.events[event]!)),
      countByOrder: counts ?? countByOrder(small),
      complete: counts !== undefined,
    };
  } catch (error) {
    if (!isTooLarge(error)) throw error;
    notes.push(`No cut sets: ${error instanceof NodeBudgetError ? error.message : "the model has too many levels"}.`);
    return undefined;
  }
}

/** Groups of as many orders as can be distinguished. */
function groupsOf(small: CutFamily, events: readonly string[], question: CutQuestion): CutGroup[] {
  for (let order = MAX_LISTED_ORDER; order >= 1; order--) {
    const family = { ...small, root: small.zbdd.upTo(small.root, order) };
    const groups = groupCutSets(family, events, question.symmetric ?? [], question.probability);
    if (groups) return groups;
    question.notes.push(
      `Cut sets of order ${order} are counted, not grouped: too many of them have nothing in common.`,
    );
  }
  return [];
}

function listSmall(small: CutFamily): number[][] {
  const counts = countByOrder(small);
  let order = MAX_LISTED_ORDER;
  while (order > 1 && counts.slice(0, order + 1).reduce((sum, count) => sum + count, 0n) > MAX_LISTED_SETS) order--;
  return listCutSets({ ...small, root: small.zbdd.upTo(small.root, order) }, Infinity);
}

function countAll(circuit: Circuit, diagram: Diagram, root: number, nodeBudget?: number): bigint[] | undefined {
  try {
    return countByOrder(cutSetsFromDiagram(circuit, diagram, diagram.roots[root]!, nodeBudget));
  } catch (error) {
    if (isTooLarge(error)) return undefined;
    throw error;
  }
}

/** Out of nodes, or out of stack: tens of thousands of levels are more calls within calls than there may be. */
const isTooLarge = (error: unknown): boolean => error instanceof NodeBudgetError || error instanceof RangeError;
