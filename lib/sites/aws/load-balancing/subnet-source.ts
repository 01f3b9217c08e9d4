import { Token } from "../../../cdktf";
import { Hive } from "../../../stack/hive";
import type { SubnetKind } from "../network/address-plan";
import type { AwsSite } from "../aws-site";

/** The networks that a managed part connects from, for firewalls: as texts, or as facts where only AWS knows them. */
export function subnetSources(site: AwsSite, path: string, kind: SubnetKind): string[] {
  return site.awsZones.map((zone) => {
    const cidr = site.vpc.subnetCidr(zone, kind);
    if (!Token.isUnresolved(cidr)) return cidr;
    return Hive.of(site).addFact(`network/${site.name}/${kind}-${zone.letter}`, cidr, path);
  });
}
