import { TerraformStack, Testing } from "../../lib/cdktf";
import { CloudMachine } from "../../lib/sites/shared/cloud-machine";
import { mountDataVolume } from "../../lib/sites/shared/data-volume";
import { systemdUnit } from "../../lib/software/kit/systemd-unit";
import { DEFAULT_RELIABILITY } from "../../lib/contracts/reliability-defaults";
import { FakeResource } from "./fake-resource";
import { TinyCloud } from "./tiny-cloud";
import type { VirtualMachine } from "./virtual-machine";

/** Where the service keeps its data. */
export const KEPT = "/var/lib/keeper";

/** A program with one machine, a volume of that many GiB for it, and a service that keeps its data there. */
export function volumeProgram(machine: VirtualMachine, device: string, gibibytes: number): TerraformStack {
  const stack = new TerraformStack(Testing.app(), "shop");
  const site = new TinyCloud(stack, "cloud");
  const server = new CloudMachine(site, {
    site,
    name: "db-a",
    zone: "a",
    ssh: { user: "root", port: machine.port, privateKeyFile: machine.key },
    reliability: DEFAULT_RELIABILITY.machine,
    instance: (scope) => {
      const { id } = new FakeResource(scope, "Resource", "server");
      return { id, privateAddress: new FakeResource(scope, "address", "127.0.0.1").output };
    },
  });
  const volume = new FakeResource(server, "volume", device);
  mountDataVolume(server, { device: volume.output, mount: KEPT, gibibytes, needs: [] });
  server.addPart("keeper", { software: () => [keeper()] });
  return stack;
}

/** Has a file of the volume open for as long as it runs, and writes there which boot it began in. */
function keeper() {
  const unit = systemdUnit({
    unit: "keeper.service",
    constructPath: "shop/cloud/db-a",
    Unit: ["Description=Keeper of data", `RequiresMountsFor=${KEPT}`],
    Service: [`ExecStart=/bin/sh -c 'exec >>${KEPT}/boots; cat /proc/sys/kernel/random/boot_id; exec sleep infinity'`],
  });
  return {
    name: "keeper",
    packages: [],
    files: [unit],
    services: [{ unit: "keeper.service", onChange: "restart" as const, watches: [unit.path] }],
    gate: [
      { description: "the keeper runs", command: ["systemctl", "is-active", "keeper.service"], timeoutSeconds: 60 },
    ],
    ports: [],
  };
}
