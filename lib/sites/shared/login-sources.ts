import { Token } from "../../cdktf";
import { BeehiveError } from "../../core/errors";
import { canonical, firstAddressOf, isAddress, isNetwork } from "./addresses";
import { prefixLength } from "./cidr";
import { quoted } from "../../core/words";

/** Shorter prefixes than these are no network to deploy from; the longest private range is 10.0.0.0/8. */
const SHORTEST = { ipv4: 8, ipv6: 20 };

/**
 * Refuses sources of SSH that are no networks, and those that let in the world.
 *
 * @param otherwise a way without any source, for the message
 */
export function checkLoginSources(path: string, from: readonly string[], otherwise = ""): void {
  checkSources(path, "ssh.from", from, (property, source, network) => {
    if (prefixLength(network) < SHORTEST[network.includes(":") ? "ipv6" : "ipv4"]) {
      const share = network.endsWith("/0") ? "the whole world" : "a great part of the world";
      throw new BeehiveError(
        path,
        `${property} is ${quoted(source)}, which lets ${share} try to log in; name the networks that you deploy from, for example ` +
          `"198.51.100.7/32"${otherwise}.`,
      );
    }
  });
}

/**
 * Refuses sources that are no networks, and those that are there twice. What only Terraform knows is not judged.
 *
 * @param refuse what else is refused of a source, which is given with its network as well
 */
export function checkSources(
  path: string,
  list: string,
  sources: readonly string[],
  refuse?: (property: string, source: string, network: string) => void,
): void {
  const seen = new Set<string>();
  sources.forEach((source, i) => {
    if (Token.isUnresolved(source)) return;
    const property = `${list}.${i}`;
    const network = networkOf(path, property, source);
    refuse?.(property, source, network);
    if (seen.has(network))
      throw new BeehiveError(path, `${property} is ${quoted(source)}, which is there already. Leave it out.`);
    seen.add(network);
  });
}

/** @throws BeehiveError for what is no address and no network, and for one that is not written with its first address */
function networkOf(path: string, property: string, source: string): string {
  if (isAddress(source)) return `${canonical(source)}/${source.includes(":") ? 128 : 32}`;
  if (!isNetwork(source)) {
    throw new BeehiveError(
      path,
      `${property} is ${quoted(source)}, which is no address and no network; write it like "198.51.100.7" or "198.51.100.0/24".`,
    );
  }
  const network = firstAddressOf(source);
  const [address = "", bits = ""] = source.split("/");
  if (`${canonical(address)}/${Number(bits)}` === network) return network;
  throw new BeehiveError(
    path,
    `${property} is "${source}", and a network is written with its first address; write "${network}", or "${address}" for one machine.`,
  );
}
