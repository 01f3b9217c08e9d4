import { Firewall } from "@cdktf/provider-digitalocean/lib/firewall";
import type { DigitaloceanProvider } from "@cdktf/provider-digitalocean/lib/provider";
import { Construct } from "constructs";
import { Lazy } from "../../../cdktf";
import { Hive } from "../../../stack/hive";
import type { TrafficRule } from "../../shared/traffic-rules";
import {
  firewallProblems,
  tierFirewalls,
  WORLD,
  type FirewallWords,
  type InboundRule,
  type TierFirewall,
} from "./firewall-rules";

export interface CloudFirewallProps extends FirewallWords {
  readonly provider: DigitaloceanProvider;
  /** Name of the tag that all of the site's droplets carry, as an expression. */
  readonly siteTag: string;
  /** CIDRs from which SSH is let in. */
  readonly sshFrom: readonly string[];
  readonly sshPort: number;
  /** Allowed traffic between tiers; evaluated when the stack is synthesized. */
  readonly rules: () => readonly TrafficRule[];
}

/**
 * The cloud firewalls of a site. Firewalls of DigitalOcean add up, and what none of a droplet's firewalls lets in is dropped
 * before it reaches the droplet.
 *
 * `Resource` is on every droplet from its creation: SSH from the site's `ssh.from`, ICMP between the droplets, everything out.
 * `tiers` has one firewall for each tier with what it lets in by itself, and one for each pair of tiers that talk, so
 * that a tier or a machine that comes changes no firewall that is there.
 */
export class DigitalOceanCloudFirewall extends Construct {
  /** A droplet waits for it, so that it is never open. */
  readonly base: Firewall;
  readonly tiers: Firewall;

  constructor(scope: Construct, id: string, props: CloudFirewallProps) {
    super(scope, id);
    const site = scope.node.path;
    const { provider, siteTag } = props;
    this.base = new Firewall(this, "Resource", {
      provider,
      name: props.labels.name("base"),
      tags: [siteTag],
      inboundRule: [
        { protocol: "tcp", portRange: String(props.sshPort), sourceAddresses: [...props.sshFrom] },
        { protocol: "icmp", sourceTags: [siteTag] },
      ],
      outboundRule: [
        { protocol: "tcp", portRange: "1-65535", destinationAddresses: [...WORLD] },
        { protocol: "udp", portRange: "1-65535", destinationAddresses: [...WORLD] },
        { protocol: "icmp", destinationAddresses: [...WORLD] },
      ],
    });
    const firewalls = Hive.of(this).rendered(() => tierFirewalls(props.rules(), props));
    this.tiers = firewallForEach(this, "tiers", provider, firewalls);
    this.node.addValidation({
      validate: () => firewallProblems(site, props.rules(), firewalls()).map((error) => error.message),
    });
  }
}

/** One resource of Terraform with a firewall for each key: which ones, is known only when all tiers have been made. */
function firewallForEach(
  scope: Construct,
  id: string,
  provider: DigitaloceanProvider,
  firewalls: () => Readonly<Record<string, TierFirewall>>,
): Firewall {
  const firewall = new Firewall(scope, id, { provider, name: "${each.value.name}", tags: ["${each.value.tag}"] });
  const of = (name: keyof InboundRule) => `\${try(inbound_rule.value.${name}, null)}`;
  firewall.addOverride("for_each", Lazy.anyValue({ produce: firewalls }));
  firewall.addOverride("dynamic.inbound_rule", {
    for_each: "${each.value.rules}",
    content: {
      protocol: "${inbound_rule.value.protocol}",
      port_range: "${inbound_rule.value.port_range}",
      source_tags: of("source_tags"),
      source_addresses: of("source_addresses"),
      source_droplet_ids: of("source_droplet_ids"),
    },
  });
  return firewall;
}
