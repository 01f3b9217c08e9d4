import { BeehiveError } from "../../core/errors";
import { quoted } from "../../core/words";
import { type SiteName } from "../../contracts/engine-errors";

export function noAddress(path: string, site: SiteName): BeehiveError {
  return new BeehiveError(
    path,
    `address is missing, and site ${site.name} gives none. Give the site a free address of its network ` +
      `(virtualIp: "10.77.0.100"), or this load balancer (address: FloatingAddress.virtualIp("10.77.0.100")).`,
  );
}

export function haproxyMoved(path: string, lines: unknown): BeehiveError {
  return new BeehiveError(
    path,
    `haproxy is ${quoted(lines)}, but lines for HAProxy are an option of its engine. ` +
      `Write engine: HaproxyLoadBalancer.pair({ extraConfig: { … } }).`,
  );
}

export function noManagedCertificate(path: string, domain: string): BeehiveError {
  return new BeehiveError(
    path,
    `tls is Tls.managed for ${quoted(domain)}, but HAProxy pairs get no certificates by themselves. Give one ` +
      `(Tls.given({ certificate, privateKey })), or choose an engine whose provider gets it: AwsLoadBalancer on AwsSite, ` +
      `DigitalOceanLoadBalancer on DigitalOceanSite.`,
  );
}
