import type { Manifest, ManifestNode, ManifestPromise } from "../manifest/manifest";
import { analyzeParsed } from "../resilience/structure-analysis";
import { percent, seconds } from "./format";
import { hiveStructure } from "./hive-structure";
import { concernedTiers, lossesOf, worstLosses } from "./losses";
import type { Fix } from "./report";
import { type WhatIf, whatIfs } from "./what-if";

/** Hives that are tried out at most; each costs an analysis. */
const MAX_TRIALS = 150;
const MAX_MACHINES_FOR_PAIRS = 100;
const SHOWN = 3;
/** A change that brings a promise less than this nearer is not worth naming. */
const NOTICEABLE = 0.02;

/**
 * Changes that would keep a promise, tried out by the engine: settings cost nothing, machines cost money. Pairs are tried when
 * no single change is enough. When nothing is, the best that was found.
 */
export function fixesFor(hive: Manifest, promise: ManifestPromise): Fix[] {
  const manifest = withoutRanges(hive);
  const concerned = concernedTiers(manifest, [promise.entrance]);
  const before = distance(manifest, promise);
  const singles = whatIfs(manifest)
    .filter(({ change }) => concerned.some((path) => change.startsWith(`${path}: `)))
    .slice(0, MAX_TRIALS)
    .map((whatIf) => trial(manifest, promise, [whatIf]));
  // What helps nothing alone may be what the other half of a pair was waiting for; what makes it worse is not.
  const useful = singles.filter(({ result }) => result.total <= before.total);
  const found = singles.some(({ result }) => result.total === 0)
    ? singles
    : [...singles, ...pairs(manifest, promise, useful)];
  const better = found.filter(({ result }) => result.total === 0 || result.total < before.total - NOTICEABLE);
  return better
    .sort((a, b) => a.result.total - b.result.total || a.machines - b.machines || a.changes.length - b.changes.length)
    .slice(0, SHOWN)
    .map(({ changes, machines, result }) => ({
      change: changes.map(({ change }) => change).join("; and "),
      keeps: result.total === 0,
      machines,
      predicted: result.predicted,
    }));
}

interface Trial {
  readonly changes: readonly WhatIf[];
  readonly machines: number;
  readonly result: Distance;
}

interface Distance {
  /** 0 when everything is kept; otherwise how far away it is: one for each item, and how many times too much. */
  readonly total: number;
  readonly predicted: string;
}

function trial(manifest: Manifest, promise: ManifestPromise, changes: readonly WhatIf[]): Trial {
  const after = changes.reduce((hive, { apply }) => apply(hive), manifest);
  const machines = changes.reduce((sum, change) => sum + change.machines, 0);
  return { changes, machines, result: distance(after, promise) };
}

function pairs(manifest: Manifest, promise: ManifestPromise, useful: readonly Trial[]): Trial[] {
  if (manifest.machines.length > MAX_MACHINES_FOR_PAIRS) return [];
  const combined = useful.flatMap(({ changes: [a] }, i) =>
    useful.slice(i + 1).flatMap(({ changes: [b] }) => (a !== undefined && b !== undefined ? [[a, b]] : [])),
  );
  return combined.slice(0, MAX_TRIALS).map((changes) => trial(manifest, promise, changes));
}

/** Without the ranges of its inputs, which take two more evaluations: a promise is held against what is likely. */
function withoutRanges(manifest: Manifest): Manifest {
  const nodes = Object.entries(manifest.structure.nodes).map(([name, node]): [string, ManifestNode] => {
    const [, likely] = node.probability;
    return [name, { ...node, probability: [likely, likely, likely] }];
  });
  return { ...manifest, structure: { ...manifest.structure, nodes: Object.fromEntries(nodes) } };
}

/** How far a hive is from its promise; cheap, because it is asked of many. */
function distance(manifest: Manifest, promise: ManifestPromise): Distance {
  const analysis = analyzeParsed(hiveStructure(manifest, [promise.entrance]));
  const said: string[] = [];
  let total = 0;
  const ask = (promised: number, predicted: number | null | undefined): void => {
    if (predicted === undefined || (predicted !== null && predicted <= promised)) return;
    // What never ends is worse than anything that does.
    const factor = predicted === null ? 1e6 : promised === 0 ? predicted : predicted / promised;
    total += 1 + Math.log10(1 + factor);
  };
  if (promise.unavailability !== undefined) {
    const { likely } = analysis.numbers().unavailability;
    ask(promise.unavailability, likely);
    said.push(percent(likely));
  }
  const timed = Object.keys({ ...promise.rto, ...promise.rpo }).length > 0;
  const losses = timed ? lossesOf(manifest, analysis, [promise.entrance]) : [];
  for (const [when, promised] of Object.entries(promise.rto) as ["machine" | "zone" | "site", number][]) {
    const worst = worstLosses(losses, when);
    ask(promised, worst?.rtoSeconds);
    if (worst !== undefined) said.push(`RTO ${when} ${worst.rtoSeconds === null ? "-" : seconds(worst.rtoSeconds)}`);
  }
  for (const [when, promised] of Object.entries(promise.rpo) as ["machine" | "zone" | "site", number][]) {
    for (const { kind, rpo } of losses)
      if (kind === when && (rpo.seconds ?? Infinity) > promised) ask(promised, rpo.seconds);
  }
  return { total, predicted: said.join(", ") };
}
