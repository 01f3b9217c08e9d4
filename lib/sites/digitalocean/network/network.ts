import type { DigitaloceanProvider } from "@cdktf/provider-digitalocean/lib/provider";
import { Vpc } from "@cdktf/provider-digitalocean/lib/vpc";
import { VpcPeering } from "@cdktf/provider-digitalocean/lib/vpc-peering";
import { Construct } from "constructs";
import type { ITerraformDependable } from "../../../cdktf";
import { takeNetwork } from "../../shared/networks";
import type { DigitalOceanLabels } from "../digitalocean-labels";
import { cidrTaken } from "../errors";
import { pairs, planNetwork, type NetworkWish } from "./network-plan";

export interface NetworkProps extends NetworkWish {
  readonly provider: DigitaloceanProvider;
  readonly labels: DigitalOceanLabels;
}

/**
 * A VPC for each region, each peered with every other, because a VPC never spans regions. Children are keyed by the
 * regions' names: `fra1`, `ams3-fra1`.
 */
export class DigitalOceanNetwork extends Construct {
  private readonly vpcs = new Map<string, { readonly id: string; readonly cidr?: string }>();
  private readonly peerings = new Map<string, ITerraformDependable[]>();

  /** @internal */
  constructor(scope: Construct, id: string, props: NetworkProps) {
    super(scope, id);
    for (const { region, id: existing, cidr } of planNetwork(scope.node.path, props)) {
      if (existing === undefined) refuseTaken(scope, region, cidr!);
      this.vpcs.set(region, { id: existing ?? this.makeVpc(props, region, cidr!), cidr });
    }
    if (props.peering === "existing") return;
    for (const [first, second] of pairs(props.zones)) this.makePeering(props, first, second);
  }

  /** Id of a region's VPC, an expression. */
  vpcId(region: string): string {
    return this.vpcs.get(region)!.id;
  }

  /** Addresses of a region's VPC; those of an existing one are known only when the program says them. */
  cidrOf(region: string): string | undefined {
    return this.vpcs.get(region)!.cidr;
  }

  /** Droplets get their routes to other regions when they are made, and only if their VPC is peered by then. */
  peeringsOf(region: string): readonly ITerraformDependable[] {
    return this.peerings.get(region) ?? [];
  }

  private makeVpc({ provider, labels }: NetworkProps, region: string, ipRange: string): string {
    return new Vpc(this, region, {
      provider,
      name: labels.name(region),
      description: `Made by Beehive for ${this.node.path}`.slice(0, 255),
      region,
      ipRange,
      // A VPC still counts its droplets for some minutes after they were destroyed.
      timeouts: { delete: "10m" },
    }).id;
  }

  private makePeering({ provider, labels }: NetworkProps, first: string, second: string): void {
    const peering = new VpcPeering(this, `${first}-${second}`, {
      provider,
      name: labels.name(`${first}-${second}`),
      vpcIds: [this.vpcId(first), this.vpcId(second)],
    });
    for (const region of [first, second]) {
      this.peerings.set(region, [...this.peeringsOf(region), peering]);
    }
  }
}

function refuseTaken(site: Construct, region: string, cidr: string): void {
  const other = takeNetwork(site, cidr);
  if (other !== undefined) throw cidrTaken(site.node.path, { region, cidr }, other);
}
