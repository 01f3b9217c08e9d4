import type { LeaderProbe } from "../../manifest/manifest";

/** Which machine has an address on an interface. @param device @default - any */
export function addressProbe(address: string, device?: string): LeaderProbe {
  return {
    asks: "leader",
    role: "address",
    command: ["ip", "-o", "address", "show", ...(device === undefined ? [] : ["dev", device])],
    expected: `\\sinet6? ${address.replaceAll(".", "\\.")}/`,
    says: "itself",
  };
}
