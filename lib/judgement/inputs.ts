import type { Manifest, ManifestNode } from "../manifest/manifest";

/** A number that went into the model, and where it comes from. */
export interface ModelInput {
  /** `machine` with `count` 8, or one name. */
  readonly what: string;
  /** How many nodes have it. */
  readonly count: number;
  /** As for readers: `3.2e-4 (8e-5 to 1.9e-3) of the time`. */
  readonly value: string;
  readonly provenance: ManifestNode["provenance"];
  readonly source: string;
}

const NUMBER = new Intl.NumberFormat("en", { notation: "scientific", maximumSignificantDigits: 2 });

/** Nodes of one kind with the same number are one line. */
export function inputsOf(manifest: Manifest): ModelInput[] {
  const lines = new Map<string, { names: string[]; node: ManifestNode }>();
  for (const [name, node] of Object.entries(manifest.structure.nodes)) {
    const { kind, probability, failuresPerYear, provenance, source } = node;
    const key = JSON.stringify([kind, probability, failuresPerYear, provenance, source]);
    const line = lines.get(key) ?? { names: [], node };
    line.names.push(name);
    lines.set(key, line);
  }
  return [...[...lines.values()].map(nodeInput), ...tierInputs(manifest)];
}

function nodeInput({ names, node }: { readonly names: readonly string[]; readonly node: ManifestNode }): ModelInput {
  const [low, likely, high] = node.probability;
  const range = low === high ? "" : ` (${NUMBER.format(low)} to ${NUMBER.format(high)})`;
  return {
    what: names.length === 1 ? names[0]! : node.kind,
    count: names.length,
    value: high === 0 ? "never down by itself" : `down ${NUMBER.format(likely)}${range} of the time`.toLowerCase(),
    provenance: node.provenance,
    source: node.source,
  };
}

function tierInputs(manifest: Manifest): ModelInput[] {
  const tiers = Object.values(manifest.structure.tiers);
  const counted = (values: readonly number[]) => {
    const counts = new Map<number, number>();
    for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
    return [...counts];
  };
  const causes = counted(tiers.map((tier) => tier.commonCause).filter((beta) => beta > 0));
  const switches = tiers.flatMap((tier) => tier.failover ?? []);
  const percent = (value: number) => `${Number((value * 100).toFixed(4))} %`;
  return [
    ...causes.map(([beta, count]) => ({
      what: "common cause (beta factor)",
      count,
      value: `${percent(beta)} of the failures hit all identical machines of a tier`,
      provenance: "literature" as const,
      source: "identical hardware, software and surroundings, as published for safety systems (2 to 10 %)",
    })),
    ...counted(switches.map(({ coverage }) => coverage)).map(([coverage, count]) => ({
      what: "failover coverage",
      count,
      value: `${percent(coverage)} of the failures are handled without a hand`,
      provenance: "assumed" as const,
      source: "a drill shows that one case is handled, not how many of a hundred",
    })),
    ...counted(switches.map(({ manualSeconds }) => manualSeconds)).map(([seconds, count]) => ({
      what: "repair by hand",
      count,
      value: `${seconds / 60} min`,
      provenance: "assumed" as const,
      source: "somebody wakes up, logs in, and finds it",
    })),
  ];
}
