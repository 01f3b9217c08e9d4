import { Construct } from "constructs";
import { TerraformStack, type SSHProvisionerConnection } from "../../cdktf";
import { canonical } from "../shared/addresses";
import { machineInTwoSites } from "./host-errors";
import { Hive } from "../../stack/hive";
import type { ManifestMachine, ManifestNode } from "../../manifest/manifest";
import { ANY_HOST_KEY, Strangers, withoutComment } from "../../rollout/host-key";
import { Preparation, type HostTerms } from "../../rollout/preparation";
import type { SshDoor } from "../../software/kit/closed-firewall";
import type { Software } from "../../software/software";
import type { Reliability } from "../../contracts/reliability";
import { zoneNode, type ISite, type Machine } from "../../contracts/site";
import { connection, sshRoute, type SshProps, type SshRoute } from "../../rollout/ssh";

export interface HostMachineProps {
  readonly site: ISite & Construct;
  readonly name: string;
  readonly address: string;
  readonly privateAddress: string;
  readonly zone: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly ssh: SshProps;
  readonly reliability: Reliability;
  /** Networks that SSH is open to, where the host is closed otherwise. @default - the host is not closed */
  readonly closedFor?: readonly string[];
  readonly terms: Omit<HostTerms, "hive">;
}

/** One host that a tier has drawn. Its construct id is its name, so that hosts come and go without touching others. */
export class HostMachine extends Construct implements Machine {
  readonly name: string;
  readonly site: ISite;
  readonly zone: string;
  readonly address: string;
  readonly privateAddress: string;
  readonly id: string;
  readonly memberId: string;
  readonly connection: SSHProvisionerConnection;
  readonly sudo: boolean;
  readonly decommission: SshRoute;
  readonly prepared: Preparation["task"];
  readonly closed?: SshDoor;
  private readonly preparation: Preparation;

  constructor(
    scope: Construct,
    private readonly props: HostMachineProps,
  ) {
    super(scope, props.name);
    this.refuseTwice(props);
    this.name = props.name;
    this.site = props.site;
    this.zone = props.zone;
    this.address = props.address;
    this.privateAddress = props.privateAddress;
    // A host has no identity but its addresses and the key that the program says: others are another machine.
    const { hostKey } = props.ssh;
    const known = hostKey === undefined || hostKey === ANY_HOST_KEY ? "" : ` ${withoutComment(hostKey)}`;
    this.id = `${props.address} ${props.privateAddress}${known}`;
    this.memberId = props.address;
    this.decommission = sshRoute(props.address, props.ssh);
    this.connection = connection(this.decommission);
    if (props.closedFor !== undefined) {
      this.closed = { port: Number(this.decommission.port), from: props.closedFor };
    }
    this.sudo = this.decommission.user !== "root";
    const refusal = Strangers.of(this).add(props.site.node.path, props.name, this.decommission, props.ssh);
    this.preparation = new Preparation(this, "prepare", {
      machine: this,
      refusal,
      host: { hive: TerraformStack.of(this).node.path, ...props.terms },
    });
    this.prepared = this.preparation.task;
    Hive.of(this).addMachine(this);
  }

  /** Two sites that list one machine: each would take its ports and files for its own. */
  private refuseTwice({ site, name, address, ssh }: HostMachineProps): void {
    // The same address behind another bastion or forwarded from another port is another machine.
    const { bastion, port = 22 } = ssh;
    const way = JSON.stringify([canonical(address), port, bastion?.host, bastion?.port ?? 22]);
    const other = Hive.of(this).claim(`machine at ${way}`, `${site.node.path}/${name}`);
    if (other !== undefined) throw machineInTwoSites(this.node.path, address, other);
  }

  install(software: () => readonly Software[]): void {
    this.preparation.add(software);
  }

  structureNode(): ManifestNode {
    return this.props.reliability.node("machine", [zoneNode(this.site.name, this.zone)]);
  }

  toManifest(): ManifestMachine {
    return {
      name: this.name,
      site: this.site.name,
      zone: this.zone,
      address: this.address,
      privateAddress: this.privateAddress,
      sshPort: Number(this.decommission.port),
      labels: { ...this.props.labels },
      packages: this.preparation.packages(),
    };
  }
}
