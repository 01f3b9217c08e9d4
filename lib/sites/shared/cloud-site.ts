import { Construct } from "constructs";
import { TerraformStack, type ITerraformDependable } from "../../cdktf";
import { DEFAULT_RELIABILITY, type SiteReliability } from "../../contracts/reliability-defaults";
import type { DataRequest, DnsRecordRequest, ISite, Machine, MachineRequest } from "../../contracts/site";
import { sourceLine } from "../../core/source-line";
import type { ManifestNode, ManifestSite } from "../../manifest/manifest";
import type { SshProps } from "../../rollout/ssh";
import { Hive } from "../../stack/hive";
import { noData } from "./cloud-errors";
import type { CloudMachine } from "./cloud-machine";
import type { FloatingAddress } from "./floating-address";
import { machineNames } from "./machine-names";
import type { MachineUse } from "./machine-uses";
import { placeNodes } from "./place-nodes";
import { unknownTiers } from "./site-errors";
import { siteManifest } from "./site-manifest";
import { tierId } from "./tier-id";
import { trafficRules, type Party, type TrafficRule } from "./traffic-rules";

/** A machine that tiers may share, and that may get a volume. `Volume`: what the program says of a volume. */
export interface TierMachine<Volume> extends CloudMachine {
  /** Lets another tier use it. @internal */
  assignTier(use: MachineUse): void;
  /** Gives it a volume that outlives it, mounted where the tier keeps its data. @internal */
  attachVolume(tier: string, data: DataRequest, volume?: Volume): void;
}

/** What the props of all clouds come down to. */
export interface CloudSiteOptions<Volume> {
  /** Names of the failure domains. Machines' names end with them. */
  readonly zones: readonly string[];
  /** Of machines for which the program names no other. */
  readonly size: string;
  /** Sizes that differ, by the tier's id. @default {} */
  readonly sizes?: Readonly<Record<string, string>>;
  /** Volumes of the tiers that keep data, by the tier's id. @default {} */
  readonly dataVolumes?: Readonly<Record<string, Volume>>;
  /** How the commands log in. */
  readonly login: Pick<SshProps, "user" | "privateKeyFile">;
  /** @default - see `SiteReliability` */
  readonly reliability?: SiteReliability;
}

/**
 * A site whose machines Terraform makes. It remembers which tiers there are and what each wants of its machines; a cloud says what a
 * machine, an address and a DNS record are made of. What is made is keyed by names (zones, machines, tiers), so that what comes
 * or goes touches nothing else.
 */
export abstract class CloudSite<M extends TierMachine<Volume>, Volume> extends Construct implements ISite {
  abstract readonly kind: string;
  readonly name: string;
  readonly zones: readonly string[];
  /** None: no cloud's network carries an address that moves by ARP. */
  readonly network = undefined;
  /** The traffic that the tiers' software needs, for firewalls; asked when the stack is synthesized. @internal */
  protected readonly traffic: () => readonly TrafficRule[];
  private readonly made = new Map<string, M>();
  /** Ids of the tiers that have machines here, and whether they keep data. */
  private readonly tiers = new Map<string, boolean>();

  /** @internal */
  protected constructor(
    scope: Construct,
    id: string,
    private readonly options: CloudSiteOptions<Volume>,
  ) {
    super(scope, id);
    this.name = id;
    this.zones = [...options.zones];
    const hive = Hive.of(this);
    this.traffic = hive.rendered(() => trafficRules(hive.listenersOn(this), this.machines.map(party)));
    hive.locate(this.node.path, sourceLine());
    this.node.addValidation({ validate: () => [...this.tiersThatAreNotThere(), ...this.lateProblems()] });
  }

  provide(request: MachineRequest): Machine[] {
    const { tier, data, entrance = false } = request;
    const volume = this.options.dataVolumes?.[tierId(tier)];
    this.admit(tier, data, volume);
    const use = { tier, ...this.expectTier(tier, data !== undefined), entrance };
    const stack = TerraformStack.of(this).node.path;
    return machineNames(request, { zones: this.zonesFor(request), stack }).map(({ name, zone }) => {
      const machine = this.machine(name, zone, use);
      if (data !== undefined) machine.attachVolume(tier, data, volume);
      return machine;
    });
  }

  /** Each load balancer gets an address of its own. */
  abstract floatingAddress(): FloatingAddress;

  abstract dnsRecord(request: DnsRecordRequest): ITerraformDependable;

  /** Addresses are known only at apply; software has facts that stand for them. */
  ownerOf(address: string): string | undefined {
    return this.machines.map(party).find(({ addresses }) => addresses.includes(address))?.machine;
  }

  structureNodes(): Record<string, ManifestNode> {
    return placeNodes(this, this.reliability);
  }

  toManifest(): ManifestSite {
    return siteManifest(this, this.options.login);
  }

  /** Makes a machine, with the zone and the wishes of the tier that is the first to use it. @internal */
  protected abstract makeMachine(name: string, zone: string, first: MachineUse): M;

  /** Makes or refuses what a tier needs before its machines. @internal */
  protected abstract admit(tier: string, data: DataRequest | undefined, volume: Volume | undefined): void;

  /** What shows only when all tiers have been made, as messages. @internal */
  protected abstract lateProblems(): string[];

  /** Zones over which a tier's machines are spread, when the program does not name them. @internal */
  protected abstract zonesFor(request: MachineRequest): readonly string[];

  /** Remembers a tier, so that `sizes` may name it. @returns the size of its servers @internal */
  protected expectTier(tier: string, keepsData: boolean): Pick<MachineUse, "size" | "sizeNamed"> {
    const id = tierId(tier);
    this.tiers.set(id, keepsData);
    const named = this.options.sizes?.[id];
    return { size: named ?? this.options.size, sizeNamed: named !== undefined };
  }

  /** Every machine that the site has made so far. @internal */
  protected get machines(): readonly M[] {
    return [...this.made.values()];
  }

  /** The machine of that name, which the site must have made. @internal */
  protected machineNamed(name: string): M {
    return this.made.get(name)!;
  }

  /** Reliability of the site's parts: the program's, and defaults for what it does not say. @internal */
  protected get reliability(): Required<SiteReliability> {
    return { ...DEFAULT_RELIABILITY, ...this.options.reliability };
  }

  private machine(name: string, zone: string, use: MachineUse): M {
    const known = this.made.get(name);
    known?.assignTier(use);
    const machine = known ?? this.makeMachine(name, zone, use);
    this.made.set(name, machine);
    return machine;
  }

  private tiersThatAreNotThere(): string[] {
    const { sizes = {}, dataVolumes = {} } = this.options;
    const known = [...this.tiers.keys()];
    const unknown = (property: string, map: object) =>
      Object.keys(map)
        .filter((id) => !this.tiers.has(id))
        .map((id) => unknownTiers(this.node.path, property, id, known));
    const empty = Object.keys(dataVolumes).filter((id) => this.tiers.get(id) === false);
    return [
      ...unknown("sizes", sizes),
      ...unknown("dataVolumes", dataVolumes),
      ...empty.map((id) => noData(this.node.path, id)),
    ].map((error) => error.message);
  }
}

function party({ name, privateAddress, publicAddress }: CloudMachine): Party {
  return { machine: name, addresses: publicAddress === undefined ? [privateAddress] : [privateAddress, publicAddress] };
}
