import { Hive } from "../../../stack/hive";
import { elasticAddress } from "../../../software/floating-address/elastic-address";
import { movedAddress } from "../../shared/moved-address";
import type { AttachedAddress, FloatingAddressUse } from "../../../contracts/site";

/** An elastic IP that exists, with machines that may move it. */
export interface ElasticIpAtWork extends Pick<AttachedAddress, "after"> {
  /** A Terraform expression, as are the other two. */
  readonly publicIp: string;
  readonly allocationId: string;
  /** Of the EC2 API inside the network. @default - the region's own */
  readonly apiUrl?: { readonly fact: string; readonly url: string };
  /** `eu-central-1`. */
  readonly region: string;
}

/** The load balancers' part of an elastic IP: no resource of AWS. */
export function movedElasticIp(use: FloatingAddressUse, eip: ElasticIpAtWork): AttachedAddress {
  const { scope, path, instance } = use;
  const { publicIp, allocationId, apiUrl, region, after } = eip;
  const hive = Hive.of(scope);
  const cloud = {
    region,
    allocationId: hive.addFact(`elastic-ip-allocation/${instance}`, allocationId, path),
    ...(apiUrl !== undefined && { apiUrl: hive.addFact(apiUrl.fact, apiUrl.url, path) }),
  };
  return movedAddress(use, {
    mover: "elastic-ip",
    publicAddress: publicIp,
    bind: (machine) => machine.privateAddress,
    software: (options) => elasticAddress({ ...options, ...cloud }),
    after,
  });
}
