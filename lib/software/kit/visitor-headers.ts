import * as net from "node:net";

/** What requests of visitors look like when they come through an entrance. */
export interface VisitorRequests {
  /** What they name in `Host`, with the port where it is not the usual one. @default - not known at synth */
  readonly host?: string;
  /** Whether visitors reach the entrance over HTTPS. */
  readonly https: boolean;
}

/**
 * Headers that make a check look like a visitor: applications redirect what did not come over HTTPS, and refuse names that
 * are not theirs.
 *
 * @param from address of the machine that asks
 */
export function visitorHeaders({ host, https }: VisitorRequests, from: string): Readonly<Record<string, string>> {
  return {
    ...(host !== undefined && { Host: host }),
    "X-Forwarded-For": from,
    "X-Forwarded-Proto": https ? "https" : "http",
  };
}

/** A name or an address as `Host` has it: `shop.example.org`, `[2001:db8::1]:8443`. */
export function hostHeader(name: string, port: number, https: boolean): string {
  const host = net.isIPv6(name) ? `[${name}]` : name;
  return port === (https ? 443 : 80) ? host : `${host}:${port}`;
}
