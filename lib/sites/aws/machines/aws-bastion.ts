import { Instance } from "@cdktf/provider-aws/lib/instance";
import { SecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import { VpcSecurityGroupEgressRule } from "@cdktf/provider-aws/lib/vpc-security-group-egress-rule";
import { VpcSecurityGroupIngressRule } from "@cdktf/provider-aws/lib/vpc-security-group-ingress-rule";
import { Construct } from "constructs";
import type { ITerraformDependable } from "../../../cdktf";
import { loginSource } from "../access/aws-firewall";
import { AWS_NAMES } from "../aws-labels";
import type { AwsImage } from "./aws-image";
import type { AwsNetwork } from "../network/aws-network";
import type { AwsZone } from "../aws-zone";
import type { AwsScope } from "../aws-scope";
import { Hive } from "../../../stack/hive";
import { isToken } from "../../../core/tokens";

/** A bastion that Beehive makes. */
export interface AwsBastionProps {
  /**
   * The zone of its public subnet. When that zone is lost, name another one: the bastion is made anew there.
   * @example zone: "a"
   */
  readonly zone: string;
  /**
   * Instance type. Changing it stops and starts the bastion.
   * @default - the `nano` of the site's processor family
   * @example size: "t4g.nano"
   */
  readonly size?: string;
}

export interface BastionSettings {
  readonly aws: AwsScope;
  readonly network: AwsNetwork;
  readonly image: AwsImage;
  readonly zone: AwsZone;
  readonly size: string;
  /** Expression. */
  readonly keyName: string;
  /** CIDRs from which SSH is let in. */
  readonly from: readonly string[];
}

const SSH = 22;

function cidrOf(source: string): { readonly cidrIpv4?: string; readonly cidrIpv6?: string } {
  const { ipv4, ipv6 } = loginSource(source);
  return ipv6 === null ? { cidrIpv4: ipv4! } : { cidrIpv6: ipv6 };
}

/** No construct's id may hold a token: a source that only Terraform knows is called as its expression is. */
const idOf = (scope: Construct, source: string): string =>
  isToken(source)
    ? Hive.of(scope)
        .written(source)
        .replace(/[^\w.-]+/g, "")
    : source;

/**
 * The one machine that SSH from outside reaches, on the way to those in private subnets. It holds no key and runs nothing
 * but sshd; visitors never pass it, so that its loss stops rollouts and nothing else.
 */
export class AwsBastion extends Construct {
  /** Where SSH reaches it, an expression. */
  readonly host: string;
  /** Its security group, an expression. */
  readonly groupId: string;
  /** What must be there before SSH passes. */
  readonly ready: readonly ITerraformDependable[];

  constructor(scope: Construct, id: string, { aws, network, image, zone, size, keyName, from }: BastionSettings) {
    super(scope, id);
    const { provider, labels } = aws;
    const tags = labels.siteTags("bastion");
    const group = new SecurityGroup(this, "security-group", {
      provider,
      vpcId: network.vpcId,
      name: labels.named(AWS_NAMES.securityGroup, "bastion"),
      description: "Made by Beehive; SSH from those who deploy",
      tags,
    });
    const rule = { provider, securityGroupId: group.id, tags };
    const ssh = { ...rule, ipProtocol: "tcp", fromPort: SSH, toPort: SSH, description: "SSH" };
    const rules = from.map(
      (cidr) =>
        new VpcSecurityGroupIngressRule(this, `ssh-${idOf(this, cidr)}`, {
          ...ssh,
          ...cidrOf(cidr),
        }),
    );
    const out = new VpcSecurityGroupEgressRule(this, "outbound", {
      ...rule,
      ipProtocol: "-1",
      cidrIpv4: "0.0.0.0/0",
      description: "The machines, and security updates",
    });
    const instance = new Instance(this, "Resource", {
      provider,
      ami: image.imageFor(size),
      instanceType: size,
      subnetId: network.subnetId(zone, "public"),
      associatePublicIpAddress: true,
      vpcSecurityGroupIds: [group.id],
      keyName,
      metadataOptions: { httpEndpoint: "enabled", httpTokens: "required", httpPutResponseHopLimit: 1 },
      rootBlockDevice: { encrypted: true, volumeType: "gp3", tags },
      tags,
      dependsOn: [...network.wayOut(zone, "public"), ...rules, out],
      lifecycle: { createBeforeDestroy: true, ignoreChanges: ["ami", "key_name"] },
    });
    this.host = instance.publicIp;
    this.groupId = group.id;
    this.ready = [...rules, out];
  }
}
