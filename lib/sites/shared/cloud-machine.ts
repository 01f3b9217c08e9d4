import { Construct } from "constructs";
import type { ITerraformDependable, SSHProvisionerConnection } from "../../cdktf";
import { Duration } from "../../core/duration";
import { Hive } from "../../stack/hive";
import type { ManifestMachine, ManifestNode } from "../../manifest/manifest";
import { Strangers } from "../../rollout/host-key";
import { Preparation } from "../../rollout/preparation";
import { Rollout } from "../../rollout/rollout";
import type { Software } from "../../software/software";
import type { Reliability } from "../../contracts/reliability";
import { zoneNode, type ISite, type Machine } from "../../contracts/site";
import { connection, sshRoute, type SshProps } from "../../rollout/ssh";

/** What a site says of the server that it has made. Everything is a Terraform expression: `aws_instance.privateIp`. */
export interface CloudInstance {
  /** The provider's id of the server: another id is another machine, to which everything is brought anew. */
  readonly id: string;
  /** IPv4 address for the other machines. */
  readonly privateAddress: string;
  /** IPv4 address for the world. @default - the machine has none */
  readonly publicAddress?: string;
  /** Where SSH (or the bastion) reaches it. @default - `publicAddress`, or else `privateAddress` */
  readonly sshAddress?: string;
  /** What must be there before SSH tries, such as the rule that lets it in. @default [] */
  readonly needs?: readonly ITerraformDependable[];
}

/** Something that a machine has whatever tiers run on it. */
export interface CloudMachinePart {
  /**
   * Asked when the stack is synthesized. It listens on no port, and because all machines get theirs side by side, a change
   * of it must restart nothing that a tier runs.
   */
  readonly software: () => readonly Software[];
  /** What must be there before, such as the attachment of a volume. @default [] */
  readonly needs?: readonly ITerraformDependable[];
}

export interface CloudMachineProps {
  readonly site: ISite & Construct;
  /** From `machineNames()`; unique in the stack. Construct id of the machine. */
  readonly name: string;
  readonly zone: string;
  /** How to log in. */
  readonly ssh: SshProps;
  readonly reliability: Reliability;
  /** Nodes of the structure that take the machine down, beside its zone; asked when the stack is synthesized. @default [] */
  readonly failsWith?: () => readonly string[];
  /** Makes the server and what belongs to it as children of the machine; the server itself is the child `Resource`. */
  readonly instance: (scope: Construct) => CloudInstance;
}

/** A new server takes its time to boot. */
const BOOT = Duration.minutes(5);

/** cloud-init writes the package sources and holds apt's locks; a failure of it shows in what follows. */
const AFTER_CLOUD_INIT = "! command -v cloud-init >/dev/null || cloud-init status --wait >/dev/null || true";

/**
 * A server that Terraform makes. Its addresses are known only at apply: its software holds them as facts, its connections
 * as expressions.
 */
export class CloudMachine extends Construct implements Machine {
  readonly name: string;
  readonly site: ISite;
  readonly zone: string;
  /** Where SSH reaches it, an expression. */
  readonly address: string;
  /** Where the other machines reach it, a fact. */
  readonly privateAddress: string;
  /** Where the world reaches it, a fact. @default - it has no such address */
  readonly publicAddress?: string;
  readonly id: string;
  readonly memberId: string;
  readonly connection: SSHProvisionerConnection;
  readonly sudo: boolean;
  readonly decommission: Readonly<Record<string, string>>;
  private readonly preparation: Preparation;
  private readonly outlook: Pick<CloudMachineProps, "reliability" | "failsWith">;
  private ready: ITerraformDependable;

  /** @internal */
  constructor(scope: Construct, { site, name, zone, ssh, instance, reliability, failsWith }: CloudMachineProps) {
    super(scope, name);
    this.outlook = { reliability, failsWith };
    this.name = name;
    this.site = site;
    this.zone = zone;
    const { id, privateAddress, publicAddress, sshAddress, needs } = instance(this);
    const hive = Hive.of(this);
    this.id = id;
    this.memberId = id;
    this.address = sshAddress ?? publicAddress ?? privateAddress;
    this.privateAddress = hive.addFact(`address/${name}`, privateAddress, this.node.path);
    if (publicAddress !== undefined) {
      this.publicAddress = hive.addFact(`public-address/${name}`, publicAddress, this.node.path);
    }
    const route = sshRoute(this.address, { ...ssh, timeout: ssh.timeout ?? BOOT });
    this.decommission = route;
    this.connection = connection(route);
    this.sudo = route.user !== "root";
    this.preparation = new Preparation(this, "prepare", {
      machine: this,
      first: [AFTER_CLOUD_INIT],
      after: needs,
      refusal: Strangers.of(this).add(site.node.path, name, route, ssh),
    });
    this.ready = this.preparation.task;
    hive.addMachine(this);
  }

  /** Packages, `beehive-apply` and the parts of the machine are there when this is done. */
  get prepared(): ITerraformDependable {
    return this.ready;
  }

  /**
   * Adds a part, rolled out after the parts before it and before whatever tier is made afterwards.
   *
   * @param id letters, digits and dashes; construct id of its rollout
   * @internal
   */
  addPart(id: string, { software, needs = [] }: CloudMachinePart): void {
    const rollout = new Rollout(this, id, {
      instance: `machine-${id}`,
      tier: this.node.path,
      machines: [this],
      software,
      after: needs,
      listens: false,
    });
    this.ready = rollout.done[0]!;
  }

  install(software: () => readonly Software[]): void {
    this.preparation.add(software);
  }

  structureNode(): ManifestNode {
    const { reliability, failsWith = () => [] } = this.outlook;
    return reliability.node("machine", [zoneNode(this.site.name, this.zone), ...failsWith()]);
  }

  toManifest(): ManifestMachine {
    return {
      name: this.name,
      site: this.site.name,
      zone: this.zone,
      sshPort: Number(this.decommission.port),
      labels: {},
      packages: this.preparation.packages(),
    };
  }
}
