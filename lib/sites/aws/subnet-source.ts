import { Token } from "../../cdktf";
import { Hive } from "../../hive";
import { factPlaceholder } from "../../software/placeholders";
import type { SubnetKind } from "./address-plan";
import type { AwsSite } from "./aws-site";

const NETWORK = "network/";

/** The networks that a managed part connects from, for firewalls: as texts, or as facts where only AWS knows them. */
export function subnetSources(site: AwsSite, path: string, kind: SubnetKind): string[] {
  return site.awsZones.map((zone) => {
    const cidr = site.vpc.subnetCidr(zone, kind);
    if (!Token.isUnresolved(cidr)) return cidr;
    return Hive.of(site).addFact(`${NETWORK}${site.name}/${kind}-${zone.letter}`, cidr, path);
  });
}

/** Whether a firewall's source is a network that only AWS knows, and no single address. */
export function isNetworkFact(source: string): boolean {
  const [before] = factPlaceholder(NETWORK).split(NETWORK);
  return source.startsWith(`${before}${NETWORK}`);
}
