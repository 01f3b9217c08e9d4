import { DataAwsSubnet } from "@cdktf/provider-aws/lib/data-aws-subnet";
import { Construct } from "constructs";
import { Token, type ITerraformDependable } from "../../../cdktf";
import type { BeehiveError } from "../../../core/errors";
import type { SubnetKind } from "./address-plan";
import type { AwsNetwork } from "./aws-network";
import type { AwsZone } from "../aws-zone";
import type { AwsRegion } from "../aws-region";
import type { AwsScope } from "../aws-scope";
import { noSubnet, notAnId, subnetsOfOtherZones, subnetTwice } from "../errors";

/** The subnets of one zone of an existing VPC. Changing one makes its machines anew. */
export interface AwsSubnetsProps {
  /**
   * Subnet with a route to the internet, for machines without a public address.
   * @default - none; then no machine may need it
   * @example private: "subnet-0123456789abcdef0"
   */
  readonly private?: string;
  /**
   * Subnet with a route to an internet gateway, for the entrance.
   * @default - none; then no machine may need it
   * @example public: "subnet-0fedcba9876543210"
   */
  readonly public?: string;
}

/** An existing VPC with its subnets and routes. */
export interface AwsVpcProps {
  /**
   * Id of the VPC, or an expression. Changing it makes the machines anew.
   * @example id: "vpc-0123456789abcdef0"
   */
  readonly id: string;
  /**
   * Subnet ids (`subnet-…`, or expressions) by the zone's letter. Terraform checks that each is in the VPC and in its
   * zone. Changing them makes the machines anew.
   * @example subnets: { a: { private: "subnet-0123456789abcdef0", public: "subnet-0fedcba9876543210" } }
   */
  readonly subnets: Readonly<Record<string, AwsSubnetsProps>>;
}

export interface ExistingNetworkProps {
  readonly aws: AwsScope;
  readonly vpc: AwsVpcProps;
  readonly zones: readonly AwsZone[];
}

const KINDS: readonly SubnetKind[] = ["private", "public"];

/** Existing subnets. At plan time Terraform checks with AWS that they are what the program says. */
export class ExistingNetwork extends Construct implements AwsNetwork {
  readonly vpcId: string;
  readonly cidr = undefined;
  private readonly subnets = new Map<string, DataAwsSubnet>();
  private readonly path: string;

  constructor(scope: Construct, id: string, { aws, vpc, zones }: ExistingNetworkProps) {
    super(scope, id);
    this.path = aws.path;
    this.vpcId = vpc.id;
    checkSubnets(aws.path, aws.region, vpc, zones);
    for (const zone of zones) {
      for (const kind of KINDS) {
        const subnetId = given(aws.region, vpc, zone)?.[kind];
        if (subnetId === undefined) continue;
        const postcondition = isWhere(`vpc.subnets.${zone.letter}.${kind}`, vpc.id, zone);
        this.subnets.set(
          key(zone, kind),
          new DataAwsSubnet(this, key(zone, kind), {
            provider: aws.provider,
            id: subnetId,
            lifecycle: { postcondition },
          }),
        );
      }
    }
  }

  subnetId(zone: AwsZone, kind: SubnetKind): string {
    return this.subnet(zone, kind).id;
  }

  subnetCidr(zone: AwsZone, kind: SubnetKind): string {
    return this.subnet(zone, kind).cidrBlock;
  }

  wayOut(): readonly ITerraformDependable[] {
    return [];
  }

  missing(zone: AwsZone, kind: SubnetKind): BeehiveError | undefined {
    if (this.subnets.has(key(zone, kind))) return undefined;
    const use = kind === "public" ? "visitors connect to machines there" : "machines stand there";
    return noSubnet(this.path, kind, zone, use);
  }

  private subnet(zone: AwsZone, kind: SubnetKind): DataAwsSubnet {
    const problem = this.missing(zone, kind);
    if (problem !== undefined) throw problem;
    return this.subnets.get(key(zone, kind))!;
  }
}

const key = (zone: AwsZone, kind: SubnetKind): string => `${kind}-${zone.letter}`;

function given(region: AwsRegion, vpc: AwsVpcProps, zone: AwsZone): AwsSubnetsProps | undefined {
  return Object.entries(vpc.subnets).find(([key]) => region.zone("vpc.subnets", key).name === zone.name)?.[1];
}

function checkSubnets(path: string, region: AwsRegion, vpc: AwsVpcProps, zones: readonly AwsZone[]): void {
  checkId(path, "vpc.id", vpc.id, "vpc");
  const keys = region.zones("vpc.subnets", Object.keys(vpc.subnets)).map((zone) => zone.name);
  const wanted = zones.map((zone) => zone.name);
  if (keys.length !== wanted.length || keys.some((name) => !wanted.includes(name))) {
    throw subnetsOfOtherZones(path, keys, wanted);
  }
  const places = new Map<string, string>();
  for (const [letter, subnets] of Object.entries(vpc.subnets)) {
    for (const kind of KINDS) {
      const id = subnets[kind];
      if (id === undefined) continue;
      const place = `${letter}.${kind}`;
      checkId(path, `vpc.subnets.${place}`, id, "subnet");
      const first = places.get(id);
      if (first !== undefined) throw subnetTwice(path, id, first, place);
      places.set(id, place);
    }
  }
}

function checkId(path: string, property: string, id: string, kind: string): void {
  if (Token.isUnresolved(id) || new RegExp(`^${kind}-[0-9a-f]{8,17}$`).test(id)) return;
  throw notAnId(path, property, id, `${kind}-0123456789abcdef0`);
}

function isWhere(property: string, vpcId: string, zone: AwsZone) {
  return [
    {
      condition: `\${self.vpc_id == "${vpcId}"}`,
      errorMessage:
        `${property} is \${self.id}, which is in \${self.vpc_id}, but vpc.id is ${vpcId}; machines of two VPCs do not reach ` +
        `each other. Give a subnet of that VPC.`,
    },
    {
      condition: `\${self.availability_zone == "${zone.name}"}`,
      errorMessage:
        `${property} is \${self.id}, which is in \${self.availability_zone} and not in ${zone.name}; the tiers would count on ` +
        `a zone that is not there. Give a subnet of ${zone.name}, or put it under its own letter.`,
    },
  ];
}
