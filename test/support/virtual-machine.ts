import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { output, run } from "../../lib/lab/command";
import { Qmp } from "./qmp";
import { virtualMachineImage } from "./virtual-machine-image";

export interface VirtualMachineOptions {
  readonly name: string;
  /** Whom the cloud lets in with the key. */
  readonly user: string;
  /** What the program gives to the machine. */
  readonly userData: string;
  /** cloud-init's settings that come from the cloud itself. */
  readonly vendorData: string;
  /** A SCSI disk, named as DigitalOcean names its volumes. @default - none */
  readonly volume?: { readonly name: string; readonly gibibytes: number };
}

const PROGRAMS = ["qemu-system-x86_64", "mmdebstrap", "setpriv", "unshare", "ssh-keygen"];

/** `describe` for tests with virtual machines, which need root to make their image, and Debian's packages. */
export const describeVirtualMachines =
  process.getuid?.() === 0 && PROGRAMS.every((name) => spawnSync("which", [name]).status === 0)
    ? describe
    : describe.skip;

/** Seconds; a machine without hardware help, on a host that does other things as well. */
const BOOT_TIMEOUT = 1800;

/**
 * A computer with a kernel and a first boot of its own, made by QEMU in software. Its network leads to this host's SSH client
 * and nowhere else. Everything of it is gone with `remove()`, and QEMU also when this process is killed.
 */
export class VirtualMachine {
  /** Side by side; when one does not boot, none is left. */
  static async bootAll(...machines: readonly VirtualMachineOptions[]): Promise<VirtualMachine[]> {
    const boots = await Promise.allSettled(machines.map((options) => VirtualMachine.boot(options)));
    const failed = boots.find((boot) => boot.status === "rejected");
    const booted = boots.flatMap((boot) => (boot.status === "fulfilled" ? [boot.value] : []));
    if (failed === undefined) return booted;
    await Promise.all(booted.map((machine) => machine.remove()));
    throw failed.reason;
  }

  private static async boot(options: VirtualMachineOptions): Promise<VirtualMachine> {
    const image = await virtualMachineImage();
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "beehive-vm-"));
    let machine: VirtualMachine | undefined;
    try {
      await output(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", path.join(folder, "id")]);
      makeSeed(folder, options);
      if (options.volume !== undefined) {
        fs.writeFileSync(path.join(folder, "volume"), "");
        fs.truncateSync(path.join(folder, "volume"), options.volume.gibibytes * 2 ** 30);
      }
      machine = new VirtualMachine(folder, options, hardware(folder, image, options));
      await machine.connect();
      return machine;
    } catch (error) {
      if (machine === undefined) fs.rmSync(folder, { recursive: true, force: true });
      else await machine.remove();
      throw error;
    }
  }

  /** Private key that the machine lets in. */
  readonly key: string;
  private sshPort = 0;
  private readonly qemu: ChildProcess;
  private readonly qmp: Qmp;
  private complaints = "";

  private constructor(
    private readonly folder: string,
    private readonly options: VirtualMachineOptions,
    hardware: readonly string[],
  ) {
    this.key = path.join(folder, "id");
    // The kernel ends QEMU when this process ends, however that happens.
    this.qemu = spawn("setpriv", ["--pdeathsig", "KILL", "qemu-system-x86_64", ...hardware], {
      env: { ...process.env, TMPDIR: folder },
      stdio: "pipe",
    });
    this.qmp = new Qmp(this.qemu.stdout!, this.qemu.stdin!);
    this.qemu.stderr!.on("data", (text: Buffer) => (this.complaints += text.toString()));
  }

  /** On 127.0.0.1. */
  get port(): number {
    return this.sshPort;
  }

  /** What a shell of root's prints; rejects when it fails. */
  async shell(script: string): Promise<string> {
    const { status, stdout, stderr } = await this.ssh(this.options.user === "root" ? "sh -s" : "sudo sh -s", script);
    if (status !== 0) throw new Error(`${this.options.name}: ${script}: ${stderr}${stdout}`);
    return stdout.trim();
  }

  /** Boots once more, in order. */
  async reboot(): Promise<void> {
    const before = await this.bootId();
    await this.shell("systemctl reboot");
    await this.waitForBoot(before);
  }

  /** Gives the volume another size, as the cloud does: nobody on the machine is asked. */
  async resizeVolume(gibibytes: number): Promise<void> {
    await this.qmp.execute("block_resize", { device: "volume", size: gibibytes * 2 ** 30 });
  }

  /** Stops the machine in order, takes the volume away and boots again. */
  async bootWithoutVolume(): Promise<void> {
    const before = await this.bootId();
    const down = this.qmp.event("STOP");
    await this.shell("systemctl poweroff");
    await down;
    await this.qmp.execute("device_del", { id: "volume-disk" });
    await this.qmp.execute("system_reset");
    await this.qmp.execute("cont");
    await this.waitForBoot(before);
  }

  bootId(): Promise<string> {
    return this.shell("cat /proc/sys/kernel/random/boot_id");
  }

  async remove(): Promise<void> {
    if (this.qemu.exitCode === null && this.qemu.signalCode === null) {
      const ended = new Promise((resolve) => this.qemu.on("close", resolve));
      this.qemu.kill("SIGKILL");
      await ended;
    }
    fs.rmSync(this.folder, { recursive: true, force: true });
  }

  private async connect(): Promise<void> {
    await this.qmp.execute("qmp_capabilities");
    const network = await this.qmp.execute("human-monitor-command", { "command-line": "info usernet" });
    this.sshPort = Number(/HOST_FORWARD\]\s+\d+\s+127\.0\.0\.1\s+(\d+)/.exec(String(network))?.[1]);
    await this.waitForBoot();
  }

  /** Until SSH lets in whoever has the key, on another boot than the one before. */
  private async waitForBoot(before?: string): Promise<void> {
    const deadline = Date.now() + BOOT_TIMEOUT * 1000;
    for (;;) {
      const answer = await this.ssh("cat /proc/sys/kernel/random/boot_id");
      if (answer.status === 0 && answer.stdout.trim() !== before) return;
      if (this.qemu.exitCode !== null || Date.now() > deadline) {
        const said = fs.readFileSync(path.join(this.folder, "console"), "utf8").split("\n").slice(-40).join("\n");
        throw new Error(`${this.options.name} lets nobody in: ${answer.stderr}${this.complaints}\n${said}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 1000));
    }
  }

  private ssh(command: string, input?: string) {
    const trust = ["-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", "-o", "LogLevel=ERROR"];
    const patience = ["-o", "BatchMode=yes", "-o", "ConnectTimeout=60", "-o", "ServerAliveInterval=30"];
    const access = ["-F", "none", "-i", this.key, "-p", String(this.sshPort), `${this.options.user}@127.0.0.1`];
    return run(["ssh", ...trust, ...patience, ...access, command], { input, timeout: BOOT_TIMEOUT });
  }
}

/** The disk by which a cloud speaks to cloud-init, without a network (NoCloud). */
function makeSeed(folder: string, { name, userData, vendorData }: VirtualMachineOptions): void {
  const key = fs.readFileSync(path.join(folder, "id.pub"), "utf8").trim();
  const files = {
    "meta-data": JSON.stringify({ "instance-id": `i-${name}`, "local-hostname": name, "public-keys": [key] }),
    "user-data": userData,
    "vendor-data": vendorData,
  };
  fs.mkdirSync(path.join(folder, "seed"));
  for (const [file, text] of Object.entries(files)) fs.writeFileSync(path.join(folder, "seed", file), text);
}

function hardware(
  folder: string,
  { disk, kernel }: Awaited<ReturnType<typeof virtualMachineImage>>,
  { volume }: VirtualMachineOptions,
): string[] {
  return [
    ...["-nodefaults", "-no-user-config", "-display", "none", "-qmp", "stdio"],
    ...["-machine", "q35,sata=off,usb=off,smbus=off", "-accel", "tcg", "-m", "768"],
    // One, because processors in software wait for each other; an old one, for which udev loads fewer modules.
    ...["-smp", "1", "-cpu", "Nehalem"],
    ...[
      "-kernel",
      kernel,
      "-append",
      "root=/dev/nvme0n1 rw console=ttyS0 mitigations=off systemd.service_watchdogs=false",
    ],
    ...["-serial", `file:${path.join(folder, "console")}`, "-device", "virtio-rng-pci"],
    // When the machine turns itself off, it can be looked at and turned on again.
    ...["-action", "shutdown=pause"],
    // What is written to the disk goes to a file without a name.
    ...["-drive", `if=none,id=root,format=raw,snapshot=on,file=${disk}`, "-device", "nvme,drive=root,serial=root"],
    ...["-drive", `if=none,id=seed,driver=vvfat,read-only=on,label=CIDATA,dir=${path.join(folder, "seed")}`],
    ...["-device", "virtio-blk-pci,drive=seed"],
    ...["-netdev", "user,id=net,restrict=on,hostfwd=tcp:127.0.0.1:0-:22", "-device", "virtio-net-pci,netdev=net"],
    ...(volume === undefined
      ? []
      : [
          ...["-drive", `if=none,id=volume,format=raw,file=${path.join(folder, "volume")}`],
          ...["-device", "virtio-scsi-pci,id=scsi", "-device"],
          `scsi-hd,id=volume-disk,drive=volume,bus=scsi.0,vendor=DO,product=Volume,device_id=${volume.name}`,
        ]),
  ];
}
