import { execFile } from "node:child_process";
import * as os from "node:os";
import { promisify } from "node:util";
import ipaddr from "ipaddr.js";
import { locatedMachines, type LocatedMachine } from "../manifest/located-machines";
import type { Manifest } from "../manifest/manifest";
import {
  addressesUnknown,
  duplicateMachineAddress,
  noFreeGateway,
  noMachines,
  subnetTaken,
  unusableAddress,
} from "./errors";

/** A network of the lab: one per site, and one more where its machines have public addresses too. */
export interface LabSubnet {
  readonly site: string;
  readonly cidr: string;
  /** The host's own address in it; never one that the manifest uses. */
  readonly gateway: string;
}

/** Where a machine is attached; the first one is the network of its private address. */
export interface Attachment {
  readonly subnet: LabSubnet;
  readonly address: string;
}

export interface NetworkPlan {
  readonly subnets: readonly LabSubnet[];
  readonly attachments: ReadonlyMap<string, readonly Attachment[]>;
}

/** A network that is in use on the host already. */
export interface TakenSubnet {
  readonly cidr: string;
  /** For the refusal: `network galera (lab shop, run shop-3f9a)`. */
  readonly holder: string;
}

/** Pure: addresses of the manifest to networks. Private addresses are in `site.network`, or in their /24. */
export function planNetworks(manifest: Manifest): NetworkPlan {
  if (manifest.machines.length === 0) throw noMachines(manifest.stack);
  const machines = locatedMachines(manifest, addressesUnknown);
  const siteNetworks = new Map(manifest.sites.map((site) => [site.name, site.network]));
  const used = usedAddresses(manifest, machines);
  const subnets = new Map<string, LabSubnet>();
  const attach = (machine: string, site: string, address: string): Attachment => {
    const cidr = subnetOf(machine, address, siteNetworks.get(site));
    const key = `${site} ${cidr}`;
    const subnet = subnets.get(key) ?? { site, cidr, gateway: freeGateway(cidr, used) };
    subnets.set(key, subnet);
    return { subnet, address };
  };
  const attachments = new Map(
    machines.map(({ name, site, address, privateAddress }) => [
      name,
      [...new Set([privateAddress, address])].map((one) => attach(name, site, one)),
    ]),
  );
  refuseOverlapsAmong([...subnets.values()]);
  return { subnets: [...subnets.values()], attachments };
}

function usedAddresses(manifest: Manifest, machines: readonly LocatedMachine[]): Set<string> {
  const holders = new Map<string, string>();
  for (const { name, address, privateAddress } of machines) {
    for (const one of new Set([address, privateAddress])) {
      const holder = holders.get(one);
      if (holder !== undefined) throw duplicateMachineAddress(one, holder, name);
      holders.set(one, name);
    }
  }
  const endpoints = manifest.tiers.flatMap((tier) => tier.endpoints.map((endpoint) => endpoint.address ?? ""));
  return new Set([...holders.keys(), ...endpoints]);
}

function subnetOf(machine: string, address: string, siteNetwork: string | undefined): string {
  if (!ipaddr.IPv4.isValidFourPartDecimal(address)) {
    const problem = ipaddr.isValid(address)
      ? "the lab boots machines with IPv4 addresses only."
      : "that is no IP address.";
    throw unusableAddress(machine, address, problem);
  }
  const ip = ipaddr.IPv4.parse(address);
  if (["loopback", "linkLocal", "multicast", "broadcast", "unspecified"].includes(ip.range())) {
    throw unusableAddress(machine, address, `a machine of the lab cannot have a ${ip.range()} address.`);
  }
  if (siteNetwork !== undefined && siteNetwork.includes(".") && ip.match(ipaddr.IPv4.parseCIDR(siteNetwork))) {
    return normalize(siteNetwork);
  }
  return normalize(`${address}/24`);
}

const normalize = (cidr: string): string =>
  `${ipaddr.IPv4.networkAddressFromCIDR(cidr)}/${ipaddr.IPv4.parseCIDR(cidr)[1]}`;

/** From the bottom, as most networks have it; a program may have given that address to a machine. */
function freeGateway(cidr: string, used: ReadonlySet<string>): string {
  const last = toNumber(ipaddr.IPv4.broadcastAddressFromCIDR(cidr).toString());
  for (let ip = toNumber(ipaddr.IPv4.networkAddressFromCIDR(cidr).toString()) + 1; ip < last; ip++) {
    if (!used.has(toAddress(ip))) return toAddress(ip);
  }
  throw noFreeGateway(cidr);
}

const toNumber = (address: string): number => address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
const toAddress = (ip: number): string => [24, 16, 8, 0].map((shift) => Math.floor(ip / 2 ** shift) % 256).join(".");

export function overlaps(first: string, second: string): boolean {
  const [a, aBits] = ipaddr.IPv4.parseCIDR(first);
  const [b, bBits] = ipaddr.IPv4.parseCIDR(second);
  const bits = Math.min(aBits, bBits);
  return a.match(b, bits);
}

function refuseOverlapsAmong(subnets: readonly LabSubnet[]): void {
  subnets.forEach((subnet, index) => {
    const other = subnets.slice(0, index).find((earlier) => overlaps(earlier.cidr, subnet.cidr));
    if (other !== undefined) throw subnetTaken(subnet.cidr, `the network ${other.cidr} of site ${other.site}`);
  });
}

export function refuseTaken(subnets: readonly LabSubnet[], taken: readonly TakenSubnet[]): void {
  for (const { cidr } of subnets) {
    const holder = taken.find((other) => isIpv4Network(other.cidr) && overlaps(other.cidr, cidr));
    if (holder !== undefined) throw subnetTaken(cidr, holder.holder);
  }
}

// `default` and 0.0.0.0/0 overlap with everything and mean nothing here.
const isIpv4Network = (cidr: string): boolean => ipaddr.IPv4.isValidCIDR(cidr) && !cidr.endsWith("/0");

/** What the host itself uses: addresses of its interfaces, and routes (a VPN has routes without addresses). */
export async function hostSubnets(): Promise<TakenSubnet[]> {
  const addresses = Object.entries(os.networkInterfaces()).flatMap(([name, entries]) =>
    (entries ?? []).flatMap(({ cidr }) => (cidr === null ? [] : [{ cidr, holder: `interface ${name} (${cidr})` }])),
  );
  try {
    const { stdout } = await promisify(execFile)("ip", ["-json", "-4", "route"]);
    const routes = JSON.parse(stdout) as { dst: string; dev?: string }[];
    return [
      ...addresses,
      ...routes.map(({ dst, dev }) => ({ cidr: dst, holder: `the route ${dst} (${dev ?? "no interface"})` })),
    ];
  } catch {
    return addresses; // iproute2 is not everywhere; the engine refuses what it cannot create
  }
}
