import Table from "cli-table3";
import type { LabRun } from "../lab";

/** Labs and their machines, one line a machine. */
export function labTable(runs: readonly LabRun[]): string {
  const table = new Table({
    head: ["stack", "run", "Debian", "owner", "machine", "zone", "address", "SSH port", "power"],
    style: { head: [], border: [] },
  });
  for (const run of runs) {
    const lab = [run.stack, run.runId, run.suite, describeOwner(run)];
    if (run.machines.length === 0) table.push([...lab, "none yet", "", "", "", ""]);
    run.machines.forEach(({ name, zone, address, privateAddress, sshPort, running }, index) => {
      const addresses = privateAddress === address ? address : `${address} (${privateAddress})`;
      const first = index === 0 ? lab : ["", "", "", ""];
      table.push([...first, name, zone, addresses, String(sshPort), running ? "on" : "off"]);
    });
  }
  return table.toString();
}

function describeOwner({ owner, ownerAlive, keep }: LabRun): string {
  if (ownerAlive) return `process ${owner.pid}`;
  return keep ? "nobody, kept" : "nobody";
}
