import type { IConstruct } from "constructs";
import { BeehiveError } from "../core/errors";
import { didYouMean, list, quoted } from "../core/words";

export function noScope(id: unknown, scope: unknown): BeehiveError {
  return new BeehiveError(
    typeof id === "string" ? id : "a construct",
    `the scope is ${quoted(scope)}; a construct is made in a stack, so give the stack first, the id second and the properties ` +
      `third.`,
  );
}

export function notInAStack(path: string, scope: IConstruct): BeehiveError {
  return new BeehiveError(
    path,
    `the scope is ${quoted(scope)}, which is in no stack; give a stack instead, for example new TerraformStack(app, "shop").`,
  );
}

export function otherStack(path: string, property: string, otherPath: string): BeehiveError {
  return new BeehiveError(
    path,
    `${property} is ${quoted(otherPath)}, which belongs to another stack; tiers that work together must be in one stack, ` +
      `because a rollout orders them. Make both in the same TerraformStack.`,
  );
}

/** Who wants a port, for messages. */
export interface PortUse {
  readonly tier: string;
  readonly purpose: string;
  /** The tier's property that chooses the port. @default - none does */
  readonly property?: string;
}

/** One clash of two tiers, wherever it happens. */
export interface PortClash {
  readonly first: PortUse;
  readonly second: PortUse;
  readonly ports: readonly number[];
  /** Where they listen; several where each machine has its own. */
  readonly addresses: readonly string[];
  readonly machines: readonly string[];
}

export function portConflict({ first, second, ports, addresses, machines }: PortClash): BeehiveError {
  const many = ports.length > 1;
  const [address = "*", ...others] = addresses;
  const on = address === "*" ? " on every address" : others.length === 0 ? ` on ${address}` : "";
  const by = ({ tier, purpose, property }: PortUse) =>
    `by ${purpose} of ${tier}${property === undefined ? "" : ` (${property})`}`;
  const mend = ({ tier, purpose, property }: PortUse) =>
    property === undefined ? `the port of ${purpose}` : `${property} of ${tier}`;
  const change = `Change ${[...new Set([mend(second), mend(first)])].join(" or ")}`;
  const machinesToo = first.tier === second.tier ? "" : ", or choose other machines for one of them (machines)";
  return new BeehiveError(
    second.tier,
    `${many ? "ports" : "port"} ${ports.join(" and ")}${on} of ${machinesText(machines)} ${many ? "are" : "is"} wanted twice: ` +
      `${by(second)} and ${by(first)}. ${change}${machinesToo}.`,
  );
}

/** Their names, up to five of them. */
function machinesText(names: readonly string[]): string {
  const shown = names.slice(0, 5);
  const rest = names.length - shown.length;
  return `${names.length === 1 ? "machine" : "machines"} ${list(shown)}${rest === 0 ? "" : ` and ${rest} more`}`;
}

export function machineNameTaken(path: string, name: string, otherSite: string): BeehiveError {
  return new BeehiveError(
    path,
    `the name ${quoted(name)} is taken by a machine of ${otherSite}; machines of all sites of a stack need names of their own, ` +
      `because messages, the manifest and the lab tell them apart by it. Rename one of them.`,
  );
}

export function factTaken(path: string, name: string, value: string, owner: string, ownerValue: string): BeehiveError {
  return new BeehiveError(
    path,
    `the fact ${quoted(name)} is ${quoted(value)}, but ${owner} has made it ${quoted(ownerValue)}; a fact has one value in a ` +
      `stack. Give one of them another name.`,
  );
}

export function unknownFact(path: string, name: string, known: readonly string[]): BeehiveError {
  return new BeehiveError(
    path,
    `software names the fact ${quoted(name)}, which nothing in the stack has made; the facts are ${list(known)}. Add it with ` +
      `Hive.addFact, or correct the name.`,
  );
}

export function unknownCarried(path: string, names: readonly string[], known: readonly string[]): BeehiveError {
  return new BeehiveError(
    path,
    `carries names ${list(names)}, which no tier runs on; machines of the hive are ${list(known)}. Correct the names.`,
  );
}

export function unknownSubject(path: string, finding: string, subject: string, known: readonly string[]): BeehiveError {
  const shown = known.length > 12 ? [...known.slice(0, 12), `${known.length - 12} more`] : known;
  return new BeehiveError(
    path,
    `finding is ${quoted(finding)}, and the stack has no ${quoted(subject)}, so that nothing is acknowledged; it has ${list(shown)}. ` +
      `Correct the name, or take the acknowledgement out.`,
  );
}

/** A tier that says something of what the stack does not have. */
export function unknownName(path: string, property: string, name: string, known: readonly string[]): BeehiveError {
  const meant = didYouMean(name, known);
  return new BeehiveError(
    path,
    `describe().${property} has ${quoted(name)}, which this stack does not have; known are ${list(known.slice(0, MOST))}` +
      `${known.length > MOST ? ` and ${known.length - MOST} more` : ""}.${meant}`,
  );
}

/** Names that a message shows. */
const MOST = 12;
