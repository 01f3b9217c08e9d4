import { DataAwsCallerIdentity } from "@cdktf/provider-aws/lib/data-aws-caller-identity";
import { DataAwsEip } from "@cdktf/provider-aws/lib/data-aws-eip";
import { Eip } from "@cdktf/provider-aws/lib/eip";
import type { Construct } from "constructs";
import { Token, type ITerraformDependable } from "../../../cdktf";
import { elasticAddressPolicy } from "../../../software/floating-address/elastic-address";
import type { AttachedAddress, FloatingAddressUse } from "../../../contracts/site";
import { FloatingAddress } from "../../shared/floating-address";
import { AwsIdentity } from "../access/aws-identity";
import { tierId } from "../../shared/tier-id";
import { isAwsMachine, type AwsMachine } from "../machines/aws-machine";
import { notAnId, notOnAws, severalIdentities } from "../errors";
import { movedElasticIp } from "./moved-elastic-ip";

/** The address as Terraform knows it, expressions. */
interface Allocation {
  readonly allocationId: string;
  readonly publicIp: string;
}

/**
 * An elastic IP that the load balancers move themselves: they elect one of them, and the elected one takes the address
 * by EC2's API, with the rights of its instance profile, which allow that and nothing else. Terraform makes the address
 * and never attaches it.
 */
export class ElasticIp extends FloatingAddress {
  /** @param allocationId of an address that exists; without it Terraform makes one */
  constructor(private readonly allocationId?: string) {
    super();
  }

  /**
   * An address that the account has already, for example because DNS leads to it.
   *
   * @param allocationId `eipalloc-…`
   */
  static existing(allocationId: string): ElasticIp {
    return new ElasticIp(allocationId);
  }

  attach(use: FloatingAddressUse): AttachedAddress {
    const { scope, site, path, instance, machines } = use;
    const own = machines.map((machine) => {
      if (!isAwsMachine(machine)) throw notOnAws(path, machine.name, site.name, site.kind);
      return machine;
    });
    const { aws } = own[0]!.settings;
    const { allocationId, publicIp } = this.allocation(scope, path, own[0]!);
    const rights = grantMove(scope, path, instance, own, allocationId);
    const endpoint = own[0]!.settings.ec2Endpoint?.();
    const zones = own.map(({ awsZone }) => awsZone);
    const reach = endpoint?.admit(tierId(path), own[0]!.settings.firewall.group(path), zones) ?? [];
    return movedElasticIp(use, {
      publicIp,
      allocationId,
      ...(endpoint !== undefined && { apiUrl: { fact: `ec2-endpoint/${site.name}`, url: endpoint.url } }),
      region: aws.region.name,
      after: [rights, ...reach],
    });
  }

  toString(): string {
    return this.allocationId === undefined ? "an elastic IP" : `the elastic IP ${this.allocationId}`;
  }

  private allocation(scope: Construct, path: string, machine: AwsMachine): Allocation {
    const { provider, labels } = machine.settings.aws;
    if (this.allocationId === undefined) {
      const tags = labels.tags(tierId(path), tierId(path));
      return new Eip(scope, "elastic-ip", { provider, domain: "vpc", tags });
    }
    if (!Token.isUnresolved(this.allocationId) && !/^eipalloc-[0-9a-f]{8,17}$/.test(this.allocationId)) {
      throw notAnId(path, "address", this.allocationId, "eipalloc-0123456789abcdef0");
    }
    const { publicIp } = new DataAwsEip(scope, "elastic-ip", { provider, id: this.allocationId });
    return { allocationId: this.allocationId, publicIp };
  }
}

/** Gives the load balancers, and only them, a profile that may move the address. */
function grantMove(
  scope: Construct,
  path: string,
  group: string,
  machines: readonly AwsMachine[],
  allocationId: string,
): ITerraformDependable {
  const { aws, network, sessionManager, permissions } = machines[0]!.settings;
  const known = [...new Set(machines.map((machine) => machine.identity))];
  if (known.length > 1)
    throw severalIdentities(
      path,
      machines.map((machine) => machine.name),
    );
  const identity =
    known[0] ?? new AwsIdentity(scope, "identity", { aws, sessionManager, permissions, of: `tier.${tierId(path)}` });
  for (const machine of machines) machine.identity = identity;
  const { accountId } = new DataAwsCallerIdentity(scope, "account", { provider: aws.provider });
  const document = elasticAddressPolicy({
    partition: aws.region.partition,
    region: aws.region.name,
    account: accountId,
    allocationId,
    vpcId: network.vpcId,
    instanceProfile: identity.profile,
  });
  return identity.allow(`move-${group}`, document);
}
