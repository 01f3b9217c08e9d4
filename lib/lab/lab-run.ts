import type { Engine, LabelledObject, ObjectKind } from "./engine";
import { leftovers } from "./errors";
import { isAlive, LABEL, parseMachine, parseRun, type Owner } from "./labels";
import type { LabMachine } from "./lab-machine";
import { sleep } from "../core/parallel";

const KINDS: readonly ObjectKind[] = ["container", "network", "volume"];

/** A lab as the container engine knows it. */
export interface LabRun {
  readonly runId: string;
  readonly stack: string;
  readonly suite: string;
  readonly owner: Owner;
  readonly ownerAlive: boolean;
  /** Stays when its owner ends. */
  readonly keep: boolean;
  readonly machines: readonly (LabMachine & { readonly running: boolean })[];
}

/** What is left of a run after its removal, counted by asking the engine again. */
export interface Proof {
  readonly containers: number;
  readonly networks: number;
  readonly volumes: number;
}

export const formatProof = ({ containers, networks, volumes }: Proof): string =>
  `${containers} containers, ${networks} networks, ${volumes} volumes left`;

export const isClean = (proof: Proof): boolean => proof.containers + proof.networks + proof.volumes === 0;

/** All labs on this host, oldest objects first; those that were interrupted while booting, too. */
export async function listRuns(engine: Engine): Promise<LabRun[]> {
  const objects = (await Promise.all(KINDS.map((kind) => engine.labelled(kind, LABEL.run)))).flat();
  return groupRuns(objects);
}

/** Pure: objects with labels to labs. */
export function groupRuns(objects: readonly LabelledObject[]): LabRun[] {
  const byRun = new Map<string, LabelledObject[]>();
  for (const object of objects) {
    const runId = parseRun(object.labels)?.runId;
    if (runId !== undefined) byRun.set(runId, [...(byRun.get(runId) ?? []), object]);
  }
  return [...byRun.values()].flatMap((parts) => {
    const identity = parts[0] && parseRun(parts[0].labels);
    if (identity === undefined) return [];
    const machines = parts.flatMap(({ kind, name, labels, running }) => {
      const machine = kind === "container" ? parseMachine(labels, name) : undefined;
      return machine === undefined ? [] : [{ ...machine, running }];
    });
    machines.sort((a, b) => a.name.localeCompare(b.name));
    return [{ ...identity, ownerAlive: isAlive(identity.owner), machines }];
  });
}

/** Removes everything of a run and counts what is left; rejects when that is not nothing. May be called again. */
export async function removeRun(engine: Engine, runId: string): Promise<Proof> {
  const label = `${LABEL.run}=${runId}`;
  let proof: Proof = { containers: 0, networks: 0, volumes: 0 };
  // A container that was being created when the removal began appears after the first pass.
  for (let attempt = 1; attempt <= 4; attempt++) {
    for (const kind of KINDS) {
      const objects = await engine.labelled(kind, label);
      await engine.remove(
        kind,
        objects.map(({ name }) => name),
      );
    }
    proof = await countRun(engine, runId);
    if (isClean(proof)) return proof;
    await sleep(500 * attempt);
  }
  throw leftovers(runId, formatProof(proof));
}

export async function countRun(engine: Engine, runId?: string): Promise<Proof> {
  const label = runId === undefined ? LABEL.run : `${LABEL.run}=${runId}`;
  const [containers, networks, volumes] = await Promise.all(
    KINDS.map(async (kind) => {
      // Images carry the empty label of the run that built them, and hand it on to containers made of them by hand.
      const objects = await engine.labelled(kind, label);
      return objects.filter(({ labels }) => parseRun(labels) !== undefined).length;
    }),
  );
  return { containers: containers ?? 0, networks: networks ?? 0, volumes: volumes ?? 0 };
}

/** Removes labs whose owner is dead, except kept ones. Returns them. */
export async function sweepRuns(engine: Engine): Promise<LabRun[]> {
  const orphans = (await listRuns(engine)).filter((run) => !run.keep && !run.ownerAlive);
  for (const { runId } of orphans) await removeRun(engine, runId);
  return orphans;
}
