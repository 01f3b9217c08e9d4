import type { Manifest, ManifestMachine } from "./manifest";

/** A machine whose addresses are known before it is deployed. */
export type LocatedMachine = ManifestMachine & { readonly address: string; readonly privateAddress: string };

/**
 * The machines of a manifest, for commands that need their addresses.
 *
 * @param refuse makes the error, given the names of the machines that have none yet.
 */
export function locatedMachines(manifest: Manifest, refuse: (names: readonly string[]) => Error): LocatedMachine[] {
  const unknown = manifest.machines.filter((machine) => !isLocated(machine));
  if (unknown.length > 0) throw refuse(unknown.map(({ name }) => name));
  return manifest.machines.filter(isLocated);
}

function isLocated(machine: ManifestMachine): machine is LocatedMachine {
  return machine.address !== undefined && machine.privateAddress !== undefined;
}
