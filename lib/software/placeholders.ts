/**
 * Placeholders in managed files. They are filled in on the machine by `beehive-apply`, so that no secret stands in a
 * synthesized file and no construct has to guess what only the machine knows.
 */

/** The value of a secret of the rollout. `name` is a key of the rollout's secrets. */
export function secretPlaceholder(name: string): string {
  return `{{beehive:secret:${name}}}`;
}

/** The name of the network interface that holds `address`. */
export function interfacePlaceholder(address: string): string {
  return `{{beehive:interface:${address}}}`;
}

/** Number of processors of the machine. */
export const processorsPlaceholder = "{{beehive:processors}}";

/** First line of every generated file. `comment` is the file format's comment sign. */
export function generatedBy(comment: string, where: string): string {
  return `${comment} Made by Beehive from ${where}. Changes made here are lost; change the program and deploy.\n`;
}
