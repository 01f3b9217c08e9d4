import { SecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import { VpcSecurityGroupEgressRule } from "@cdktf/provider-aws/lib/vpc-security-group-egress-rule";
import { VpcSecurityGroupIngressRule } from "@cdktf/provider-aws/lib/vpc-security-group-ingress-rule";
import { Construct } from "constructs";
import type { ITerraformDependable } from "../../../cdktf";
import type { LoadBalancerTarget } from "../../../contracts/load-balancer-engine";
import { AWS_NAMES } from "../aws-labels";
import { placeOf, tierId } from "../../shared/tier-id";
import type { AwsSite } from "../aws-site";

export interface EntranceFirewallProps {
  readonly site: AwsSite;
  /** Construct path of the load balancer. */
  readonly path: string;
  /** TCP ports that the world may connect to. */
  readonly ports: readonly number[];
  readonly target: LoadBalancerTarget;
}

const WORLD = "0.0.0.0/0";

/** The security group of a load balancer: the world on its ports, the servers on theirs, nothing else. */
export class EntranceFirewall extends Construct {
  /** Expression. */
  readonly groupId: string;
  readonly ready: readonly ITerraformDependable[];

  constructor(scope: Construct, id: string, { site, path, ports, target }: EntranceFirewallProps) {
    super(scope, id);
    const { provider, labels } = site.aws;
    const tags = labels.tags(tierId(path), tierId(path));
    const group = new SecurityGroup(this, "Resource", {
      provider,
      vpcId: site.vpc.vpcId,
      name: labels.named(AWS_NAMES.securityGroup, `load-balancer/${placeOf(path)}`),
      description: "Made by Beehive; visitors in, servers out",
      tags,
    });
    this.groupId = group.id;
    const rule = { provider, securityGroupId: group.id, tags };
    const world = ports.map(
      (port) =>
        new VpcSecurityGroupIngressRule(this, `visitors-${port}`, {
          ...rule,
          ipProtocol: "tcp",
          fromPort: port,
          toPort: port,
          cidrIpv4: WORLD,
          description: "Visitors",
        }),
    );
    // Without it, a visitor behind a link with shorter packets waits for ever.
    const fragmentation = new VpcSecurityGroupIngressRule(this, "fragmentation-needed", {
      ...rule,
      ipProtocol: "icmp",
      fromPort: 3,
      toPort: 4,
      cidrIpv4: WORLD,
      description: "ICMP, packets must be shorter",
    });
    const out = new VpcSecurityGroupEgressRule(this, "servers", {
      ...rule,
      ipProtocol: "tcp",
      fromPort: target.port,
      toPort: target.port,
      referencedSecurityGroupId: site.firewall.group(target.path),
      description: "The servers and their health",
    });
    this.ready = [...world, fragmentation, out];
  }
}
