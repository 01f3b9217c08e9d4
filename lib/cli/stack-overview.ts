import Table from "cli-table3";
import type { ManifestEndpoint } from "../manifest/manifest";
import type { SynthesizedStack } from "./cdktf-project";

/** What a stack would make, found without a machine: for `--synth-only` and at the beginning of a demo. */
export function stackOverview({ manifest, resources, secrets, bytes }: SynthesizedStack): string {
  const machines = plainTable(["machine", "zone", "address", "tiers"]);
  for (const { name, zone, address } of manifest.machines) {
    const tiers = manifest.tiers.filter((tier) => tier.machines.includes(name)).map(({ path }) => path);
    machines.push([name, zone, address ?? "at apply", tiers.join(", ")]);
  }
  const tiers = plainTable(["tier", "engine", "machines", "needs", "endpoints"]);
  for (const tier of manifest.tiers) {
    const redundancy = `${tier.machines.length}, at least ${tier.atLeast}`;
    tiers.push([tier.path, tier.engine, redundancy, tier.needs.join(", "), tier.endpoints.map(endpoint).join("\n")]);
  }
  const amounts = Object.entries(resources).map(([type, amount]) => `${amount} ${type}`);
  return [
    `Stack ${manifest.stack} (${manifest.hash})`,
    machines.toString(),
    tiers.toString(),
    `Terraform: ${amounts.join(", ") || "no resources"} in ${(bytes / 1024).toFixed(0)} KiB of cdk.tf.json.`,
    `Secrets that a deploy wants: ${secrets.map((name) => `TF_VAR_${name}`).join(", ") || "none"}.`,
  ].join("\n");
}

function endpoint({ kind, protocol, address, port, virtual }: ManifestEndpoint): string {
  return `${kind} ${protocol} ${address ?? "*"}:${port}${virtual ? " (moves)" : ""}`;
}

const plainTable = (head: string[]) => new Table({ head, style: { head: [], border: [], compact: true } });
