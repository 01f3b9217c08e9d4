import { SecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import { VpcEndpoint } from "@cdktf/provider-aws/lib/vpc-endpoint";
import { VpcSecurityGroupIngressRule } from "@cdktf/provider-aws/lib/vpc-security-group-ingress-rule";
import { Construct } from "constructs";
import { Lazy, type ITerraformDependable } from "../../../cdktf";
import { AWS_NAMES } from "../aws-labels";
import type { AwsNetwork } from "./aws-network";
import type { AwsZone } from "../aws-zone";
import type { AwsScope } from "../aws-scope";

export interface Ec2EndpointProps {
  readonly aws: AwsScope;
  readonly network: AwsNetwork;
}

/**
 * EC2's API inside the VPC, for load balancers that take an elastic IP: one that has just lost it has no public address for some
 * minutes, and could not take it back. It has no name of its own in the VPC's DNS, so that no other client is sent to it.
 */
export class Ec2Endpoint extends Construct {
  /** Expression. */
  readonly url: string;
  private readonly endpoint: VpcEndpoint;
  private readonly groupId: string;
  private readonly zones = new Map<string, AwsZone>();

  constructor(
    scope: Construct,
    id: string,
    private readonly props: Ec2EndpointProps,
  ) {
    super(scope, id);
    const { aws, network } = props;
    const { provider, labels, region } = aws;
    const tags = labels.siteTags("ec2-endpoint");
    const group = new SecurityGroup(this, "security-group", {
      provider,
      vpcId: network.vpcId,
      name: labels.named(AWS_NAMES.securityGroup, "ec2-endpoint"),
      description: "Made by Beehive; EC2's API for load balancers",
      tags,
    });
    this.groupId = group.id;
    const subnets = () => [...this.zones.values()].map((zone) => network.subnetId(zone, "public"));
    this.endpoint = new VpcEndpoint(this, "Resource", {
      provider,
      vpcId: network.vpcId,
      vpcEndpointType: "Interface",
      serviceName: `${region.servicePrefix}.${region.name}.ec2`,
      subnetIds: Lazy.listValue({ produce: subnets }),
      securityGroupIds: [this.groupId],
      privateDnsEnabled: false,
      tags,
    });
    this.url = `https://${this.endpoint.dnsEntry.get(0).dnsName}`;
  }

  /**
   * Lets the machines of a tier use it, with an entrance of its own in their zones.
   *
   * @param name of the tier, unique in the site
   * @param client security group of the tier, an expression
   * @returns what must be there before they use it
   */
  admit(name: string, client: string, zones: readonly AwsZone[]): readonly ITerraformDependable[] {
    for (const zone of zones) this.zones.set(zone.letter, zone);
    const rule = new VpcSecurityGroupIngressRule(this, `in-${name}`, {
      provider: this.props.aws.provider,
      securityGroupId: this.groupId,
      referencedSecurityGroupId: client,
      ipProtocol: "tcp",
      fromPort: 443,
      toPort: 443,
      description: "EC2's API",
      tags: this.props.aws.labels.tags(`${name}: ec2-endpoint`, name),
    });
    return [this.endpoint, rule];
  }
}
