import { SecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import { VpcSecurityGroupEgressRule } from "@cdktf/provider-aws/lib/vpc-security-group-egress-rule";
import { VpcSecurityGroupIngressRule } from "@cdktf/provider-aws/lib/vpc-security-group-ingress-rule";
import { Construct } from "constructs";
import { Lazy, Token, type ITerraformDependable } from "../../../cdktf";
import { ruleKey, type TrafficRule } from "../../shared/traffic-rules";
import { AWS_NAMES, awsDescription } from "../aws-labels";
import type { AwsScope } from "../aws-scope";

/** Sources that may connect by SSH. */
export interface SshSources {
  /** CIDRs. */
  readonly from: readonly string[];
  /** Security group of the bastion, an expression. */
  readonly group?: string;
}

export interface AwsFirewallProps {
  readonly aws: AwsScope;
  /** Expression. */
  readonly vpcId: string;
  readonly ssh: SshSources;
  /** Allowed traffic between tiers; evaluated when the stack is synthesized. */
  readonly rules: () => readonly TrafficRule[];
  /** The expression of an address: of a machine by its name, or of what stands in a port's `from`. */
  readonly addressOf: (source: TrafficRule["from"]) => string;
}

/** A client of a managed part. */
export interface Admission {
  /** Construct path of a tier whose machines carry its group. */
  readonly from: string;
  /** TCP. */
  readonly port: number;
  readonly purpose: string;
}

const EVERYWHERE = "0.0.0.0/0";
const ALL_PROTOCOLS = "-1";
/** IP protocol 112. */
const VRRP = "112";

/** A rule as `for_each` carries it. What a rule does not have is null. */
type Rule = Readonly<
  Record<"protocol" | "description" | "group" | "ipv4" | "ipv6", string | null> &
    Record<"first" | "last", number | null>
>;

/**
 * Security groups: one that every machine carries (SSH in, everything out), and one for each tier, which lets in exactly the
 * sources that the tier's software expects. A tier that is added adds rules and changes none.
 */
export class AwsFirewall extends Construct {
  /** On every machine. Expression. */
  readonly machines: string;
  /** What a machine needs before SSH reaches it and it reaches anything. */
  readonly ready: readonly ITerraformDependable[];
  private readonly tiers = new Map<string, TierFirewall>();
  /** Keeps the tiers' names apart from the others'. */
  private readonly tierScope = new Construct(this, "tiers");
  private readonly later: { readonly tier: string; readonly admissions: () => readonly Admission[] }[] = [];
  private readonly narrowed = new Set<string>();
  /** Tiers whose servers come and go, by the networks that machines let in for them. */
  private readonly comers = new Map<string, readonly string[]>();
  private readonly extra: { readonly tier: string; readonly key: string; readonly rule: Partial<Rule> }[] = [];

  constructor(
    scope: Construct,
    id: string,
    private readonly props: AwsFirewallProps,
  ) {
    super(scope, id);
    const { aws, vpcId, ssh } = props;
    const group = securityGroup(this, "Resource", aws, vpcId, "machines");
    const out = new VpcSecurityGroupEgressRule(this, "outbound", {
      provider: aws.provider,
      securityGroupId: group.id,
      ipProtocol: ALL_PROTOCOLS,
      cidrIpv4: EVERYWHERE,
      description: "Packages, time, the other machines",
      tags: aws.labels.siteTags("outbound"),
    });
    const login = new RuleSet(this, "ssh", {
      aws,
      groupId: group.id,
      name: "ssh",
      tiers: [],
      rules: () => ({
        ...Object.fromEntries(ssh.from.map((cidr) => [cidr, { ...SSH, ...loginSource(cidr) }])),
        ...(ssh.group !== undefined && { bastion: { ...SSH, group: ssh.group } }),
      }),
    });
    this.machines = group.id;
    this.ready = [login.resource, out];
  }

  /** The group of a tier, for its machines and for managed parts. @param tier construct path. @returns an expression */
  group(tier: string): string {
    let known = this.tiers.get(tier);
    if (known === undefined) {
      known = new TierFirewall(this.tierScope, { ...this.props, tier, rules: () => this.rulesOf(tier) });
      this.tiers.set(tier, known);
    }
    return known.groupId;
  }

  /**
   * Lets a managed part of the site into a tier by its security group.
   *
   * @param name stable, names the rule
   * @param groupId an expression
   * @param networks that the tier's machines let in for it, because nftables knows no groups; the group lets in nothing else of them
   */
  admit(tier: string, name: string, groupId: string, port: number, networks: readonly string[] = []): void {
    const rule = { protocol: "tcp", first: port, last: port, group: groupId, description: awsDescription(name) };
    this.extra.push({ tier, key: `tcp-${port}-${name}`, rule });
    for (const network of networks) this.narrowed.add(`${tier} ${network}`);
  }

  /** Servers that come and go carry their tier's group: a tier that lets in their networks lets in the group here. */
  comeFrom(tier: string, networks: readonly string[]): void {
    for (const network of networks) this.comers.set(network, [...(this.comers.get(network) ?? []), tier]);
  }

  /** Lets clients into a managed part; evaluated when the stack is synthesized. @param tier construct path of the managed part */
  admitAll(tier: string, admissions: () => readonly Admission[]): void {
    this.later.push({ tier, admissions });
  }

  private rulesOf(tier: string): Record<string, Rule> {
    const own = this.props
      .rules()
      .filter(({ to, from }) => to === tier && !(from.kind === "address" && this.narrowed.has(`${tier} ${from.name}`)));
    const rules = own
      .flatMap((rule) => this.withGroups(rule))
      .map((rule): [string, Rule] => [ruleKey(rule), this.rule(rule)]);
    if (own.some((rule) => rule.from.kind === "world")) rules.push(["icmp-fragmentation-needed-world", FRAGMENTATION]);
    for (const { key, rule } of this.extra.filter((one) => one.tier === tier))
      rules.push([key, { ...NOBODY, ...rule }]);
    for (const { admissions } of this.later.filter((one) => one.tier === tier))
      for (const admission of admissions()) rules.push(this.admission(admission));
    return Object.fromEntries(rules);
  }

  private withGroups(rule: TrafficRule): TrafficRule[] {
    const tiers = rule.from.kind === "address" ? this.comers.get(rule.from.name) : undefined;
    return tiers === undefined ? [rule] : tiers.map((name) => ({ ...rule, from: { kind: "tier", name } }));
  }

  private admission({ from, port, purpose }: Admission): [string, Rule] {
    const common = { ...NOBODY, protocol: "tcp", first: port, last: port, description: awsDescription(purpose) };
    return [`tcp-${port}-${from}`, { ...common, group: this.group(from) }];
  }

  private rule(rule: TrafficRule): Rule {
    const isVrrp = rule.protocol === "vrrp";
    const common = {
      ...NOBODY,
      protocol: isVrrp ? VRRP : rule.protocol,
      first: isVrrp ? null : rule.port,
      last: isVrrp ? null : rule.port,
      description: awsDescription(rule.purpose),
    };
    if (rule.from.kind === "world") return { ...common, ipv4: EVERYWHERE };
    if (rule.from.kind === "tier") return { ...common, group: this.group(rule.from.name) };
    const address = this.props.addressOf(rule.from);
    return { ...common, ...networkOf(address) };
  }
}

const NOBODY: Rule = {
  protocol: null,
  description: null,
  first: null,
  last: null,
  group: null,
  ipv4: null,
  ipv6: null,
};

/** Without it, a visitor behind a link with shorter packets waits for ever: AWS passes this answer only where a rule says so. */
const FRAGMENTATION: Rule = {
  ...NOBODY,
  protocol: "icmp",
  first: 3,
  last: 4,
  ipv4: EVERYWHERE,
  description: "ICMP, packets must be shorter",
};

const SSH: Rule = { ...NOBODY, protocol: "tcp", first: 22, last: 22, description: "SSH" };

/** A source that may connect by SSH. An expression is a network: what it holds only Terraform knows. */
export function loginSource(source: string): Pick<Rule, "ipv4" | "ipv6"> {
  return Token.isUnresolved(source) ? { ipv4: source, ipv6: null } : networkOf(source);
}

/** Rules take networks; a single address is one of its own. */
function networkOf(address: string): Pick<Rule, "ipv4" | "ipv6"> {
  if (!Token.isUnresolved(address) && address.includes(":")) {
    return { ipv4: null, ipv6: address.includes("/") ? address : `${address}/128` };
  }
  const isNetwork = !Token.isUnresolved(address) && address.includes("/");
  return { ipv4: isNetwork ? address : `${address}/32`, ipv6: null };
}

function securityGroup(scope: Construct, id: string, aws: AwsScope, vpcId: string, name: string, tier?: string) {
  return new SecurityGroup(scope, id, {
    provider: aws.provider,
    vpcId,
    name: aws.labels.named(AWS_NAMES.securityGroup, tier === undefined ? name : `tier/${tier}`),
    // A new description would be a new group, on running machines.
    description: "Made by Beehive; rules come from who talks to whom",
    tags: tier === undefined ? aws.labels.siteTags(name) : aws.labels.tags(tier, tier),
  });
}

interface TierFirewallProps extends Pick<AwsFirewallProps, "aws" | "vpcId"> {
  readonly tier: string;
  readonly rules: () => Record<string, Rule>;
}

/** The group of one tier and its rules. */
class TierFirewall extends Construct {
  readonly groupId: string;

  constructor(scope: Construct, { aws, vpcId, tier, rules }: TierFirewallProps) {
    // Paths begin with the stack; a construct's id has no slash.
    const name = tier.split("/").slice(1).join(".");
    super(scope, name);
    this.groupId = securityGroup(this, "Resource", aws, vpcId, name, name).id;
    new RuleSet(this, "in", { aws, groupId: this.groupId, name, tiers: [name], rules });
  }
}

interface RuleSetProps {
  readonly aws: AwsScope;
  readonly groupId: string;
  readonly name: string;
  readonly tiers: readonly string[];
  readonly rules: () => Record<string, Rule>;
}

/** Rules of one group, as one resource with a key for each: which there are is known only when the stack is synthesized. */
class RuleSet extends Construct {
  readonly resource: VpcSecurityGroupIngressRule;

  constructor(scope: Construct, id: string, { aws, groupId, name, tiers, rules }: RuleSetProps) {
    super(scope, id);
    const { provider, labels } = aws;
    this.resource = new VpcSecurityGroupIngressRule(this, "Resource", {
      provider,
      securityGroupId: groupId,
      ipProtocol: "${each.value.protocol}",
      fromPort: Token.asNumber("${each.value.first}"),
      toPort: Token.asNumber("${each.value.last}"),
      description: "${each.value.description}",
      referencedSecurityGroupId: "${each.value.group}",
      cidrIpv4: "${each.value.ipv4}",
      cidrIpv6: "${each.value.ipv6}",
      tags: { ...(tiers.length > 0 ? labels.tags(name, ...tiers) : labels.siteTags(name)), Name: "${each.key}" },
    });
    this.resource.addOverride("for_each", Lazy.anyValue({ produce: rules }));
  }
}
