import type { ITerraformDependable } from "../../cdktf";
import { Hive } from "../../stack/hive";
import { dataVolume } from "../../software/storage/data-volume";
import type { CloudMachine } from "./cloud-machine";

export interface MachineVolume {
  /** Names the volume on its machine; letters, digits and dashes. @default "data" */
  readonly id?: string;
  /**
   * Terraform expression of the block device's path, a name that stays: below `/dev/disk/by-id/`, where the volume's own id or
   * name is part of it.
   */
  readonly device: string;
  /** Folder that the volume is mounted at. */
  readonly mount: string;
  /** Size of the volume; the filesystem grows with it. */
  readonly gibibytes: number;
  /** The volume's attachment to the machine. */
  readonly needs: readonly ITerraformDependable[];
}

/**
 * Mounts a volume on a machine, before the tiers that are made afterwards come. A new machine under the same name finds
 * what the volume holds.
 */
export function mountDataVolume(machine: CloudMachine, volume: MachineVolume): void {
  const { id = "data", mount, gibibytes, needs } = volume;
  const constructPath = machine.node.path;
  const device = Hive.of(machine).addFact(`device/${machine.name}/${id}`, volume.device, constructPath);
  const software = [dataVolume({ name: id, constructPath, device, mount, gibibytes })];
  machine.addPart(id, { software: () => software, needs });
}
