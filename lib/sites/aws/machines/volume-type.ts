import { invalidProperty } from "../../../core/errors";

/** What AWS takes of a type of volume. */
interface VolumeType {
  readonly gibibytes: readonly [least: number, most: number];
  /** Undefined where AWS offers no choice. */
  readonly iops?: { readonly limits: readonly [least: number, most: number]; readonly perGibibyte: number };
  /** What must be said. */
  readonly required?: "iops";
  /** MiB/s for each I/O operation a second; undefined where AWS offers no choice. */
  readonly throughputPerIops?: number;
}

const GP3_IOPS = 3000;

/** https://docs.aws.amazon.com/ebs/latest/userguide/ebs-volume-types.html */
const TYPES: Readonly<Record<string, VolumeType>> = {
  gp3: {
    gibibytes: [1, 65_536],
    iops: { limits: [GP3_IOPS, 80_000], perGibibyte: 500 },
    throughputPerIops: 0.25,
  },
  gp2: { gibibytes: [1, 16_384] },
  io1: { gibibytes: [4, 16_384], iops: { limits: [100, 64_000], perGibibyte: 50 }, required: "iops" },
  io2: { gibibytes: [4, 65_536], iops: { limits: [100, 256_000], perGibibyte: 1000 }, required: "iops" },
  st1: { gibibytes: [125, 16_384] },
  sc1: { gibibytes: [125, 16_384] },
};

export const VOLUME_TYPES = Object.keys(TYPES);
export const VOLUME_TYPE = "gp3";

type Volume = Pick<AwsDataVolumeProps, "type" | "iops" | "throughput"> & { readonly gibibytes: number };

/**
 * Refuses what AWS would refuse when everything else is made.
 *
 * @param property where the program says it: `dataVolumes.db`
 */
export function checkVolume(path: string, property: string, volume: Volume): void {
  const { type = VOLUME_TYPE, gibibytes, iops, throughput } = volume;
  const { gibibytes: sizes, iops: choice, required, throughputPerIops } = TYPES[type]!;
  const refuse = (name: string, value: unknown, problem: string) => {
    throw invalidProperty(path, `${property}.${name}`, value, problem);
  };
  const between = (name: string, value: number, [least, most]: readonly [number, number]) => {
    if (value < least || value > most)
      refuse(name, value, `a volume of type ${type} has ${least} to ${most}. Choose one of those.`);
  };
  between("gibibytes", gibibytes, sizes);
  if (iops === undefined) {
    if (required === "iops") refuse("iops", iops, `a volume of type ${type} has no default. Give iops.`);
  } else if (choice === undefined) {
    refuse("iops", iops, `AWS offers no choice for ${type}. Leave it out, or use gp3.`);
  } else {
    between("iops", iops, choice.limits);
    const most = Math.max(choice.limits[0], gibibytes * choice.perGibibyte);
    if (iops > most)
      refuse("iops", iops, `${gibibytes} GiB of ${type} have ${most} at most. Lower iops, or raise gibibytes.`);
  }
  if (throughput === undefined) return;
  if (throughputPerIops === undefined)
    refuse("throughput", throughput, `AWS offers the choice for gp3 only. Leave it out.`);
  else if (throughput > (iops ?? GP3_IOPS) * throughputPerIops)
    refuse(
      "throughput",
      throughput,
      `it needs iops of ${throughput / throughputPerIops} or more. Raise iops, or lower throughput.`,
    );
}

/** The volume of a tier that keeps data. */
export interface AwsDataVolumeProps {
  /**
   * Size in GiB. Raising it grows volume and filesystem while they are in use; it cannot be lowered.
   * @default - what the tier asks for
   * @example gibibytes: 100
   */
  readonly gibibytes?: number;
  /**
   * Volume type of EBS. Changed in place.
   * @default "gp3"
   * @example type: "io2"
   */
  readonly type?: string;
  /**
   * I/O operations per second. Changed in place.
   * @default - what the type has (gp3: 3,000)
   * @example iops: 6000
   */
  readonly iops?: number;
  /**
   * Throughput of gp3 in MiB per second. Changed in place.
   * @default - what the type has (gp3: 125)
   * @example throughput: 250
   */
  readonly throughput?: number;
  /**
   * Id of a snapshot that a new volume begins with. Existing volumes ignore it.
   * @default - blank
   * @example snapshot: "snap-0123456789abcdef0"
   */
  readonly snapshot?: string;
  /**
   * Whether Terraform refuses to destroy or replace it. Turn it off, and apply, before you destroy the stack.
   * @default true
   * @example protected: false
   */
  readonly protected?: boolean;
}
