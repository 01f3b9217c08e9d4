import type { Manifest, ManifestTier } from "../../../lib/manifest/manifest";
import { parseAcknowledgements } from "../../../lib/plan/acknowledgement";
import { checkPlan, type PlanVerdict } from "../../../lib/plan/check-plan";
import { logicalId } from "../../../lib/plan/logical-id";
import { SynthesizedStack } from "../../../lib/plan/synthesized-stack";
import { parsePlan, type Action } from "../../../lib/plan/terraform-plan";
import { manifestFor } from "../../support/manifest";

/** One tier of a test: who is in it, and what the plan makes of it. */
export interface PlannedTier {
  /** @default "web" */
  readonly kind?: "db" | "web" | "lb";
  /** Machines in the state. @default none: the first deploy */
  readonly before?: readonly string[];
  /** Machines in the program; left out when the tier has left it. */
  readonly after?: readonly string[];
  /** @default a majority for `db`, all but one for `web`, 1 for `lb` */
  readonly atLeast?: number;
  /** Names of tiers that wait for this one's rollouts and membership. */
  readonly usedBy?: readonly string[];
  /** Members that stay, and whose software changes. */
  readonly changing?: readonly string[];
  /** Members that keep their name on another machine. */
  readonly moving?: readonly string[];
  /** Members in the state to which nothing was brought yet. */
  readonly empty?: readonly string[];
  /** Members whose rollout waits for nobody. */
  readonly unchained?: readonly string[];
  /** What a user's own tier says of itself. @default - what the library's tier of this kind says */
  readonly says?: Partial<ManifestTier>;
}

/** A resource that is not Beehive's own task. */
export interface PlannedResource {
  /** Construct path below the stack: `aws/db-1/Resource`. */
  readonly path: string;
  readonly type: string;
  readonly actions: readonly Action[];
  readonly before?: Readonly<Record<string, unknown>>;
  readonly after?: Readonly<Record<string, unknown>>;
  /** The program does not have it any more. */
  readonly gone?: boolean;
}

const KINDS = { db: "GaleraCluster", web: "HaWebTier", lb: "HealthCheckedLoadBalancer" } as const;
const task = (path: string): string => `terraform_data.${logicalId(path.split("/"))}`;
const seat = (group: string, machine: string) => ({ group, host: `host-of-${machine}`, user: "root" });

interface Entry {
  readonly address: string;
  readonly type: string;
  readonly name: string;
  readonly index?: string;
  readonly actions: readonly Action[];
  readonly before: Readonly<Record<string, unknown>> | null;
  readonly after: Readonly<Record<string, unknown>> | null;
}

/** Everything that `check-plan` reads, for a stack `shop` of these tiers, as Terraform and cdktf would write it. */
export function planned(tiers: Readonly<Record<string, PlannedTier>>, resources: readonly PlannedResource[] = []) {
  const entries: Entry[] = [];
  const configured: { address: string; depends_on: string[] }[] = [];
  const synthesized: Record<string, Record<string, unknown>> = {};
  const record = (path: string, address: string, dependsOn: string[], rest: Record<string, unknown> = {}): void => {
    const [type = "", name = ""] = address.split(".");
    configured.push({ address, depends_on: dependsOn });
    (synthesized[type] ??= {})[name] = { "//": { metadata: { path: `shop/${path}` } }, ...rest };
  };
  const add = (address: string, actions: readonly Action[], before: Entry["before"], after: Entry["after"]): void => {
    const [, type = "", name = "", , index] = /^([^.]+)\.([^[]+)(\["(.*)"\])?$/.exec(address) ?? [];
    entries.push({ address, type, name, ...(index !== undefined && { index }), actions, before, after });
  };
  for (const [name, tier] of Object.entries(tiers)) {
    const { before = [], after = [], moving = [], empty = [], unchained = [] } = tier;
    const changing = new Set([...(tier.changing ?? []), ...moving]);
    const needs = Object.entries(tiers).filter(([, other]) => other.usedBy?.includes(name));
    const waits = needs.flatMap(([other, { after: theirs = [] }]) => [
      task(`${other}/members/Resource`),
      ...theirs.slice(-1).map((machine) => task(`${other}/rollout/${machine}`)),
    ]);
    const members = task(`${name}/members/Resource`);
    if (tier.after !== undefined) {
      record(`${name}/members/Resource`, members, [], {
        for_each: Object.fromEntries(after.map((machine) => [machine, seat(`shop-${name}`, machine)])),
      });
    }
    let last = waits;
    for (const machine of new Set([...after, ...before])) {
      const was = before.includes(machine);
      const is = after.includes(machine);
      const input = { input: seat(`shop-${name}`, machine) };
      add(
        `${members}["${machine}"]`,
        was ? (is ? ["no-op"] : ["delete"]) : ["create"],
        was ? input : null,
        is ? input : null,
      );
      const rollout = task(`${name}/rollout/${machine}`);
      if (is) {
        record(`${name}/rollout/${machine}`, rollout, unchained.includes(machine) ? [] : [...last]);
        last = [rollout];
      }
      const existed = was && !empty.includes(machine);
      if (!existed && !is) continue;
      const actions: Action[] = !existed
        ? ["create"]
        : !is
          ? ["delete"]
          : changing.has(machine)
            ? ["delete", "create"]
            : ["no-op"];
      const triggers = (moved: boolean) => ({
        triggers_replace: { machine: `${machine}${moved ? " elsewhere" : ""}`, content: "c" },
      });
      add(rollout, actions, existed ? triggers(false) : null, is ? triggers(moving.includes(machine)) : null);
    }
  }
  for (const { path, type, actions, before = {}, after = {}, gone } of resources) {
    const address = `${type}.${logicalId(path.split("/"))}`;
    if (gone !== true) record(path, address, []);
    add(address, actions, actions.join() === "create" ? null : before, actions.join() === "delete" ? null : after);
  }
  const machines = Object.values(tiers).flatMap(({ after = [] }) => after);
  const present = Object.entries(tiers).filter(([, { after }]) => after !== undefined);
  return {
    plan: {
      format_version: "1.2",
      resource_changes: entries.map(({ actions, before, after, ...entry }) => ({
        ...entry,
        mode: "managed",
        change: { actions, before, after },
      })),
      configuration: {
        root_module: {
          resources: configured.map((resource) => {
            const [type, name] = resource.address.split(".");
            return { ...resource, mode: "managed", type, name };
          }),
        },
      },
    },
    manifest: manifestFor({
      stack: "shop",
      machines: Object.fromEntries(machines.map((name) => [name, "10.77.0.1"])),
      tiers: present.map(([name, tier]) => manifestTier(name, tier)),
    }),
    synthesized: { resource: synthesized },
  };
}

export function manifestTier(name: string, { kind = "web", after = [], atLeast, says }: PlannedTier): ManifestTier {
  const n = after.length;
  return {
    path: `shop/${name}`,
    kind: KINDS[kind],
    engine: kind,
    site: "rack",
    machines: [...after],
    atLeast: atLeast ?? { db: Math.floor(n / 2) + 1, web: Math.max(1, n - 1), lb: 1 }[kind],
    needs: [],
    endpoints: kind === "db" ? [{ kind: "writer", protocol: "mysql", virtual: false, port: 3306 }] : [],
    settings: {},
    ...(kind === "db" && {
      votes: { members: Object.fromEntries(after.map((name) => [name, 1])), quorum: "majority" as const },
      data: [{ what: "MariaDB's data", folder: "/var/lib/mysql", copies: "each" as const }],
    }),
    ...says,
  };
}

export interface Options {
  readonly before?: Manifest;
  readonly allow?: Readonly<Record<string, string>>;
}

export function verdict(
  { plan, manifest, synthesized }: ReturnType<typeof planned>,
  options: Options = {},
): PlanVerdict {
  const { before, allow = {} } = options;
  return checkPlan({
    plan: parsePlan(JSON.stringify(plan)),
    manifest,
    stack: SynthesizedStack.parse(synthesized),
    before,
    acknowledgements: parseAcknowledgements(Object.keys(allow), Object.values(allow)),
  });
}

/** `RULE:subject` of every finding. */
export const found = (result: PlanVerdict): string[] =>
  result.findings.map(({ rule, subject }) => `${rule}:${subject}`);

/** `db-1` to `db-n`. */
export const machines = (role: string, count: number, from = 1): string[] =>
  Array.from({ length: count }, (_, i) => `${role}-${i + from}`);
