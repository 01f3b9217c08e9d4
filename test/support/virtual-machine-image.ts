import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { aptAccess } from "../../lib/lab/apt-sources";
import { output } from "../../lib/lab/command";

/** What a virtual machine boots from. */
export interface VirtualMachineImage {
  /** An ext4 filesystem without partitions, never written to. */
  readonly disk: string;
  /** Debian's kernel for clouds. NVMe and ext4 are built into it, so that it needs no initial RAM disk. */
  readonly kernel: string;
}

const SUITE = "trixie";
const CACHE = path.resolve(__dirname, "../../.beehive/virtual-machines");

/** Of what Debian's images for clouds have: whatever has a part in the boot, and in what Beehive does to a machine. */
const PACKAGES = [
  "ca-certificates",
  "cloud-init",
  "dbus",
  "e2fsprogs",
  "iproute2",
  "linux-image-cloud-amd64",
  "netplan.io",
  "openssh-server",
  "procps",
  "python3",
  "sudo",
  "systemd",
  "systemd-sysv",
  "udev",
  "xz-utils",
];

/**
 * The settings of Debian's images, and what makes each machine another one. Without the help of hardware, keys of other kinds
 * take long to make, and compressed modules to load; on a busy host everything does.
 */
const SETUP = `set -eu
cat >/etc/cloud/cloud.cfg.d/01_debian_cloud.cfg <<'END'
datasource_list: [NoCloud, None]
manage_etc_hosts: true
ssh_genkeytypes: [ed25519]
END
printf '/dev/nvme0n1 / ext4 defaults 0 1\\n' >/etc/fstab
rm -f /etc/ssh/ssh_host_*
: >/etc/machine-id
mkdir -p /etc/systemd/system.conf.d
printf '[Manager]\\nDefaultTimeoutStartSec=15min\\n' >/etc/systemd/system.conf.d/slow.conf
find /usr/lib/modules -name '*.ko.xz' -exec xz --decompress {} +
depmod "$(ls /usr/lib/modules)"
touch /etc/.updated /var/.updated
`;

let image: Promise<VirtualMachineImage> | undefined;

/** Debian 13 with its own kernel. Made once for the same content, in a folder of the repository that git ignores. */
export function virtualMachineImage(): Promise<VirtualMachineImage> {
  return (image ??= findOrBuild());
}

async function findOrBuild(): Promise<VirtualMachineImage> {
  const apt = await aptAccess(SUITE);
  const content = [SUITE, ...PACKAGES, SETUP, ...apt.sources].join("\0");
  const folder = path.join(CACHE, createHash("sha256").update(content).digest("hex").slice(0, 12));
  if (!fs.existsSync(folder)) {
    // One of other content, and what is left of a build that was cut off.
    fs.rmSync(CACHE, { recursive: true, force: true });
    fs.mkdirSync(CACHE, { recursive: true });
    const building = fs.mkdtempSync(`${folder}.`);
    try {
      await build(building, apt);
      fs.rmSync(path.join(building, "root"), { recursive: true });
      fs.renameSync(building, folder);
    } finally {
      fs.rmSync(building, { recursive: true, force: true });
    }
  }
  return { disk: path.join(folder, "disk"), kernel: path.join(folder, "vmlinuz") };
}

async function build(folder: string, apt: Awaited<ReturnType<typeof aptAccess>>): Promise<void> {
  const root = path.join(folder, "root");
  const options = [
    "--mode=root",
    "--variant=minbase",
    `--include=${PACKAGES.join(",")}`,
    "--dpkgopt=force-unsafe-io",
    ...['Acquire::Languages "none";', ...apt.options].map((line) => `--aptopt=${line}`),
    `--customize-hook=printf '%s' "$SETUP" | chroot "$1" /bin/sh`,
  ];
  // It ends with this process, and in a mount namespace of its own it leaves nothing mounted. INITRD: see `kernel`.
  const bound = ["setpriv", "--pdeathsig", "TERM", "unshare", "--mount"] as const;
  await output([...bound, "mmdebstrap", ...options, SUITE, root, ...apt.sources], {
    env: { ...process.env, SETUP, INITRD: "No" },
  });
  const boot = path.join(root, "boot");
  const kernel = fs.readdirSync(boot).find((name) => name.startsWith("vmlinuz-"));
  if (kernel === undefined) throw new Error(`${boot} has no kernel`);
  fs.copyFileSync(path.join(boot, kernel), path.join(folder, "vmlinuz"));
  await output(["mkfs.ext4", "-q", "-d", root, path.join(folder, "disk"), "2G"]);
}
