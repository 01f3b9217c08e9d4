import { Token, type TerraformProvider } from "../../cdktf";
import type { Construct } from "constructs";
import { phaseOf } from "../../rollout/phase";
import { isBlock, isPrivate, overlaps, prefixLength } from "../shared/cidr";
import { otherProvider } from "../shared/cloud-errors";
import { checkUserData } from "../shared/user-data";
import { takeNetwork } from "../shared/networks";
import { checkLogin } from "../../rollout/ssh";
import { LARGEST_VPC, SMALLEST_VPC } from "./network/address-plan";
import { checkPermissions } from "./access/aws-identity";
import { AWS } from "./aws-words";
import type { AwsSiteProps } from "./aws-site-props";
import {
  blockOverlaps,
  notABlock,
  notASize,
  onlyForOwnBucket,
  onlyForOwnVpc,
  providerOfOtherRegion,
  publicBlock,
  unattachedPolicies,
  vpcSize,
} from "./errors";
import { isInstanceSize } from "./machines/instance-size";
import { checkAccess, loginOf } from "./machines/ssh-access";

/** What can be refused before anything is made. */
export function refuseProps(site: Construct, props: AwsSiteProps, cidr: string): void {
  const { path } = site.node;
  refuseSizes(path, props);
  if (props.vpc === undefined) refuseBlock(site, cidr, props.reserved ?? []);
  else refuseOwnVpc(path, props);
  if (props.userData !== undefined) checkUserData(path, props.userData, AWS);
  checkPermissions(path, props.permissions ?? {});
  if (props.permissions !== undefined && props.instanceProfile !== undefined) throw unattachedPolicies(path);
  refuseLogs(path, props);
  checkAccess(path, props, phaseOf(site) === "everything");
  checkLogin(path, "ssh", loginOf(props.ssh));
  if (props.provider !== undefined) refuseProvider(path, props.provider, props.region);
}

function refuseSizes(path: string, { size, sizes = {}, ssh }: AwsSiteProps): void {
  const named = [
    ["size", size],
    ...Object.entries(sizes).map(([tier, one]) => [`sizes.${tier}`, one]),
    ["ssh.bastion.size", ssh.bastion !== undefined && "zone" in ssh.bastion ? ssh.bastion.size : undefined],
  ] as const;
  for (const [property, one] of named) {
    if (one !== undefined && !isInstanceSize(one)) throw notASize(path, property!, one);
  }
}

/** How long a bucket of the owner's keeps things, and whether it goes, is the owner's. */
function refuseLogs(path: string, { logs = {} }: AwsSiteProps): void {
  if (logs.bucket === undefined) return;
  for (const property of ["keepDays", "protected"] as const) {
    if (logs[property] !== undefined) throw onlyForOwnBucket(path, `logs.${property}`);
  }
}

function refuseBlock(site: Construct, cidr: string, reserved: readonly string[]): void {
  const { path } = site.node;
  if (!isBlock(cidr)) throw notABlock(path, "cidr", cidr, "10.64.0.0/16");
  if (!isPrivate(cidr)) throw publicBlock(path, cidr);
  if (prefixLength(cidr) < LARGEST_VPC || prefixLength(cidr) > SMALLEST_VPC) {
    throw vpcSize(path, cidr, LARGEST_VPC, SMALLEST_VPC);
  }
  reserved.forEach((other, i) => {
    if (!isBlock(other)) throw notABlock(path, `reserved.${i}`, other, "192.168.0.0/16");
    if (overlaps(cidr, other)) throw blockOverlaps(path, cidr, other, `reserved.${i}`);
  });
  const other = takeNetwork(site, cidr);
  if (other !== undefined) throw blockOverlaps(path, cidr, other.cidr, other.site);
}

function refuseOwnVpc(path: string, props: AwsSiteProps): void {
  for (const property of ["cidr", "nat", "reserved"] as const) {
    if (props[property] !== undefined) throw onlyForOwnVpc(path, property);
  }
}

function refuseProvider(path: string, provider: TerraformProvider, region: string): void {
  if (provider.terraformResourceType !== "aws") throw otherProvider(path, provider.terraformResourceType, AWS);
  const own = (provider as TerraformProvider & { readonly region?: string }).region;
  if (own !== undefined && !Token.isUnresolved(own) && own !== region) throw providerOfOtherRegion(path, region, own);
}
