import { DataAwsAvailabilityZones } from "@cdktf/provider-aws/lib/data-aws-availability-zones";
import { DefaultSecurityGroup } from "@cdktf/provider-aws/lib/default-security-group";
import { Eip } from "@cdktf/provider-aws/lib/eip";
import { InternetGateway } from "@cdktf/provider-aws/lib/internet-gateway";
import { NatGateway } from "@cdktf/provider-aws/lib/nat-gateway";
import { Route } from "@cdktf/provider-aws/lib/route";
import { RouteTable } from "@cdktf/provider-aws/lib/route-table";
import { RouteTableAssociation } from "@cdktf/provider-aws/lib/route-table-association";
import { Subnet } from "@cdktf/provider-aws/lib/subnet";
import { Vpc } from "@cdktf/provider-aws/lib/vpc";
import { Construct } from "constructs";
import type { ITerraformDependable } from "../../../cdktf";
import type { BeehiveError } from "../../../core/errors";
import { subnetBlock, type SubnetKind } from "./address-plan";
import type { AwsZone } from "../aws-zone";
import type { AwsScope } from "../aws-scope";

/** Where a site's machines and managed parts stand, made by Beehive or there before. */
export interface AwsNetwork {
  /** Id of the VPC, an expression. */
  readonly vpcId: string;
  /** The VPC's addresses; undefined where only AWS knows them. */
  readonly cidr: string | undefined;
  /** Id of a subnet, an expression. */
  subnetId(zone: AwsZone, kind: SubnetKind): string;
  /** Addresses of a subnet: a text where Beehive made it, otherwise an expression. */
  subnetCidr(zone: AwsZone, kind: SubnetKind): string;
  /** What is wrong with standing there. @internal */
  missing(zone: AwsZone, kind: SubnetKind): BeehiveError | undefined;
  /** What must be there before a machine of the subnet can reach the internet: its first boot needs it. */
  wayOut(zone: AwsZone, kind: SubnetKind): readonly ITerraformDependable[];
}

/** How machines without a public address reach the internet. */
export type NatChoice = "per-zone" | "single" | "none";

export interface OwnNetworkProps {
  readonly aws: AwsScope;
  readonly cidr: string;
  readonly zones: readonly AwsZone[];
  readonly nat: NatChoice;
}

const EVERYWHERE = "0.0.0.0/0";

/**
 * A VPC with a public and a private subnet in each zone. Everything of a zone is below its letter, and its addresses
 * come from the letter, so that a zone that comes or goes touches no other.
 */
export class OwnNetwork extends Construct implements AwsNetwork {
  readonly vpc: Vpc;
  readonly vpcId: string;
  readonly cidr: string;
  /** What a single NAT gateway makes the zones share: the zone whose loss takes the way out from all. */
  readonly sharedNatZone: AwsZone | undefined;
  /** Zones with a NAT gateway. */
  readonly natZones: readonly AwsZone[];
  private readonly zones = new Map<string, NetworkZone>();

  constructor(scope: Construct, id: string, { aws, cidr, zones, nat }: OwnNetworkProps) {
    super(scope, id);
    const { provider, labels, region } = aws;
    const tags = (what: string) => labels.siteTags(what);
    this.cidr = cidr;
    this.vpc = new Vpc(this, "Resource", {
      provider,
      cidrBlock: cidr,
      enableDnsSupport: true,
      enableDnsHostnames: true,
      tags: tags("vpc"),
      lifecycle: {
        precondition: [hasZones(new DataAwsAvailabilityZones(this, "zones", { provider }), zones, region.name)],
      },
    });
    this.vpcId = this.vpc.id;
    // AWS makes it, lets its members talk, and puts whatever names no group into it. Without a rule it is a dead end.
    new DefaultSecurityGroup(this, "default-security-group", {
      provider,
      vpcId: this.vpcId,
      tags: tags("default, unused"),
    });
    const gateway = new InternetGateway(this, "internet-gateway", {
      provider,
      vpcId: this.vpcId,
      tags: tags("internet"),
    });
    const routes = new RouteTable(this, "public-routes", { provider, vpcId: this.vpcId, tags: tags("public") });
    const toInternet = new Route(this, "public-internet", {
      provider,
      routeTableId: routes.id,
      destinationCidrBlock: EVERYWHERE,
      gatewayId: gateway.id,
    });
    for (const zone of zones) {
      this.zones.set(zone.letter, new NetworkZone(this, zone, { aws, cidr, vpcId: this.vpcId, routes, toInternet }));
    }
    this.sharedNatZone = nat === "single" ? zones[0] : undefined;
    this.natZones = nat === "none" ? [] : this.sharedNatZone === undefined ? zones : [this.sharedNatZone];
    const single = this.sharedNatZone && this.zoneOf(this.sharedNatZone).makeNat(gateway);
    for (const zone of this.zones.values()) {
      if (nat !== "none") zone.routeThrough(single ?? zone.makeNat(gateway));
    }
  }

  subnetId(zone: AwsZone, kind: SubnetKind): string {
    return this.zoneOf(zone).subnets[kind].id;
  }

  subnetCidr(zone: AwsZone, kind: SubnetKind): string {
    return subnetBlock(this.cidr, zone, kind);
  }

  missing(): undefined {
    return undefined;
  }

  wayOut(zone: AwsZone, kind: SubnetKind): readonly ITerraformDependable[] {
    return this.zoneOf(zone).wayOut[kind];
  }

  private zoneOf(zone: AwsZone): NetworkZone {
    return this.zones.get(zone.letter)!;
  }
}

interface NetworkZoneProps {
  readonly aws: AwsScope;
  readonly cidr: string;
  readonly vpcId: string;
  readonly routes: RouteTable;
  readonly toInternet: Route;
}

/** The part of a network that is in one zone. */
class NetworkZone extends Construct {
  readonly subnets: Readonly<Record<SubnetKind, Subnet>>;
  readonly wayOut: Record<SubnetKind, readonly ITerraformDependable[]>;
  private readonly privateRoutes: RouteTable;

  constructor(
    scope: Construct,
    private readonly zone: AwsZone,
    private readonly props: NetworkZoneProps,
  ) {
    super(scope, zone.letter);
    const { aws, vpcId, cidr, routes, toInternet } = props;
    const { provider } = aws;
    const subnet = (kind: SubnetKind) =>
      new Subnet(this, kind, {
        provider,
        vpcId,
        cidrBlock: subnetBlock(cidr, zone, kind),
        availabilityZone: zone.name,
        // A machine asks for a public address itself: one that is put here by mistake has none.
        mapPublicIpOnLaunch: false,
        tags: this.tags(kind),
      });
    this.subnets = { public: subnet("public"), private: subnet("private") };
    this.privateRoutes = new RouteTable(this, "private-routes", { provider, vpcId, tags: this.tags("private") });
    this.wayOut = {
      public: [toInternet, this.associate("public", routes)],
      private: [this.associate("private", this.privateRoutes)],
    };
  }

  makeNat(gateway: InternetGateway): NatGateway {
    const { provider } = this.props.aws;
    const address = new Eip(this, "nat-address", {
      provider,
      domain: "vpc",
      tags: this.tags("nat"),
      dependsOn: [gateway],
    });
    return new NatGateway(this, "nat", {
      provider,
      subnetId: this.subnets.public.id,
      allocationId: address.id,
      tags: this.tags("nat"),
      dependsOn: [gateway],
    });
  }

  routeThrough(nat: NatGateway): void {
    const route = new Route(this, "private-internet", {
      provider: this.props.aws.provider,
      routeTableId: this.privateRoutes.id,
      destinationCidrBlock: EVERYWHERE,
      natGatewayId: nat.id,
    });
    this.wayOut.private = [...this.wayOut.private, route];
  }

  private associate(kind: SubnetKind, { id }: RouteTable): RouteTableAssociation {
    const { provider } = this.props.aws;
    return new RouteTableAssociation(this, `${kind}-association`, {
      provider,
      subnetId: this.subnets[kind].id,
      routeTableId: id,
    });
  }

  private tags(what: string): Record<string, string> {
    return this.props.aws.labels.siteTags(`${what}-${this.zone.letter}`);
  }
}

/** Which letters a region has, and gives to this account, only AWS knows: Terraform asks before it makes anything. */
function hasZones(available: DataAwsAvailabilityZones, zones: readonly AwsZone[], region: string) {
  const wanted = JSON.stringify(zones.map((zone) => zone.name));
  const { fqn } = available;
  return {
    condition: `\${length(setsubtract(${wanted}, ${fqn}.names)) == 0}`,
    errorMessage:
      `Your account has no zone \${join(", ", setsubtract(${wanted}, ${fqn}.names))} in ${region}; it has ` +
      `\${join(", ", ${fqn}.names)}. Name three of those in the site's zones; a region with two carries no quorum: take another.`,
  };
}
