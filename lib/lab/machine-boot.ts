import * as net from "node:net";
import type { Engine } from "./engine";
import { machineDidNotBoot } from "./errors";
import { labelArguments, machineLabels, type Labels } from "./labels";
import type { LabMachine } from "./lab-machine";
import { BOOT } from "./machine-recipe";
import { sleep } from "../core/parallel";

/** A machine takes 2 to 4 s alone; this is for eight at once on a loaded host with two processors. */
const BOOT_SECONDS = 90;

export interface MachineBoot {
  readonly machine: LabMachine;
  readonly image: string;
  /** The first one is the network of the private address. */
  readonly networks: readonly { readonly name: string; readonly address: string }[];
  readonly user: string;
  readonly publicKey: string;
  /** Those of the run. */
  readonly labels: Labels;
}

/** Makes the container and starts it. It is on as soon as this returns, and reachable a few seconds later. */
export async function createMachine(engine: Engine, boot: MachineBoot, signal?: AbortSignal): Promise<void> {
  const { container } = boot.machine;
  await engine.output(createArguments(engine, boot), { signal });
  if (engine.host.engine === "docker") {
    for (const { name, address } of boot.networks.slice(1)) {
      await engine.output(["network", "connect", "--ip", address, name, container], { signal });
    }
  }
  await engine.output(["start", container], { signal });
}

export function createArguments(engine: Engine, boot: MachineBoot): string[] {
  const { machine, networks, image } = boot;
  const environment = {
    [BOOT.key]: boot.publicKey,
    [BOOT.user]: boot.user,
    [BOOT.port]: String(machine.sshPort),
  };
  // Podman takes all networks at once; Docker takes one, and the others are connected before the start.
  const network =
    engine.host.engine === "podman"
      ? networks.flatMap(({ name, address }) => ["--network", `${name}:ip=${address},mac=${hardwareAddress(address)}`])
      : networks
          .slice(0, 1)
          .flatMap(({ name, address }) => [
            "--network",
            name,
            "--ip",
            address,
            "--mac-address",
            hardwareAddress(address),
          ]);
  return [
    "create",
    "--name",
    machine.container,
    "--hostname",
    machine.name,
    ...engine.host.systemdArguments,
    ...engine.host.limitArguments,
    ...network,
    ...labelArguments({ ...boot.labels, ...machineLabels(machine) }),
    ...Object.entries(environment).flatMap(([key, value]) => ["--env", `${key}=${value}`]),
    image,
    "/sbin/init",
  ];
}

/**
 * A network card keeps its address when the power comes back. With a new one, the neighbours go on sending to the old
 * one until their ARP entry expires: 25 s without an answer were measured.
 */
export function hardwareAddress(address: string): string {
  const octets = address.split(".").map((part) => Number(part).toString(16).padStart(2, "0"));
  return ["02", "be", ...octets].join(":");
}

/** Resolves when sshd sends its banner, which it does not before every account may log in. */
export async function awaitSsh(engine: Engine, machine: LabMachine, signal?: AbortSignal): Promise<void> {
  const deadline = Date.now() + BOOT_SECONDS * 1000;
  while (Date.now() < deadline) {
    signal?.throwIfAborted();
    if (await sshAnswers(machine.address, machine.sshPort)) return;
    await sleep(100);
  }
  const log = await engine.run([
    "exec",
    machine.container,
    "journalctl",
    "-b",
    "-p",
    "warning",
    "-n",
    "12",
    "-o",
    "cat",
  ]);
  throw machineDidNotBoot(machine.name, machine.address, machine.sshPort, BOOT_SECONDS, log.stdout + log.stderr);
}

function sshAnswers(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect({ host, port });
    const answer = (yes: boolean) => {
      socket.destroy();
      resolve(yes);
    };
    socket.setTimeout(1000, () => answer(false));
    socket.on("data", (data) => answer(data.toString("latin1").startsWith("SSH-")));
    socket.on("error", () => answer(false));
    socket.on("close", () => answer(false));
  });
}
