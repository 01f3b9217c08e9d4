import { PROBED_ADDRESS } from "../manifest/format";

/**
 * Placeholders in managed files. They are filled in on the machine by `beehive-apply`, so that no secret stands in a
 * synthesized file and no construct has to guess what only the machine knows.
 */

/** The value of a secret of the rollout. `name` is a key of the rollout's secrets. */
export function secretPlaceholder(name: string): string {
  return `{{beehive:secret:${name}}}`;
}

const SECRET = /\{\{beehive:secret:([^{}]+)\}\}/g;

/** Names of the secrets in a text, each once. */
export function secretNames(text: string): string[] {
  return [...new Set(Array.from(text.matchAll(SECRET), ([, name]) => name!))];
}

/**
 * A value that Terraform knows only when it applies, such as the address of a server that it has just made. `name` is a
 * fact of the hive. It is filled in before the bundle is read, so that it may stand anywhere, also in a command. Where an
 * address belongs, it is one of IPv4.
 */
export function factPlaceholder(name: string): string {
  return `{{beehive:fact:${name}}}`;
}

const FACT = /\{\{beehive:fact:([^{}]+)\}\}/g;

/** Names of the facts in a text, each once. */
export function factNames(text: string): string[] {
  return [...new Set(Array.from(text.matchAll(FACT), ([, name]) => name!))];
}

/** Whether a text is one placeholder and nothing else: a fact, or what stands for the machine itself. */
export function isPlaceholder(text: string): boolean {
  return /^\{\{beehive:[^{}]+\}\}$/.test(text);
}

/** The text with something else in the place of each fact. */
export function replaceFacts(text: string, by: (name: string) => string): string {
  return text.replace(FACT, (_, name: string) => by(name));
}

/** Differs when a fact of the bundle does: distinguishes a file from one with the same text and other addresses. */
export const factsDigestPlaceholder = "{{beehive:facts-digest}}";

/** The private address of the machine that the bundle is on; filled in before the bundle is read, as facts are. */
export const selfAddressPlaceholder = PROBED_ADDRESS;
/** The name of the machine that the bundle is on. */
export const selfNamePlaceholder = "{{beehive:self:name}}";

/** The name of the network interface that holds `address`. */
export function interfacePlaceholder(address: string): string {
  return `{{beehive:interface:${address}}}`;
}

/** Of a droplet of DigitalOcean: the address at which it gets what is sent to a reserved IP, as its metadata say. */
export const anchorPlaceholder = "{{beehive:anchor:digitalocean}}";

/** Number of processors of the machine. */
export const processorsPlaceholder = "{{beehive:processors}}";

/** First line of every generated file. `comment` is the file format's comment sign. */
export function generatedBy(comment: string, where: string): string {
  return `${comment} Made by Beehive from ${where}. Changes made here are lost; change the program and deploy.\n`;
}
