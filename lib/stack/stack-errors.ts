import { BeehiveError } from "../core/errors";
import { quoted, list } from "../core/words";

export function otherStack(path: string, property: string, otherPath: string): BeehiveError {
  return new BeehiveError(
    path,
    `${property} is ${quoted(otherPath)}, which belongs to another stack; tiers that work together must be in one stack, ` +
      `because a rollout orders them. Make both in the same TerraformStack.`,
  );
}

export function portConflict(
  machine: string,
  port: number,
  address: string,
  first: { tier: string; purpose: string },
  second: { tier: string; purpose: string },
): BeehiveError {
  return new BeehiveError(
    second.tier,
    `port ${port} on ${address === "*" ? "every address" : address} of machine ${machine} is wanted twice: by ${second.purpose} ` +
      `of ${second.tier} and by ${first.purpose} of ${first.tier}. Choose another port for one of them, or other machines.`,
  );
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
