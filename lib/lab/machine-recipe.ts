import { LABEL } from "./labels";
import type { AptAccess, Suite } from "./apt-sources";

/** What every server has before Beehive comes: what a seller's Debian image brings, and not more. */
export const BASE_PACKAGES = [
  "ca-certificates",
  "dbus",
  "iproute2",
  "iputils-ping",
  "nftables",
  "openssh-server",
  "procps",
  "python3",
  "sudo",
  "systemd",
  "systemd-sysv",
];

/** Units that make no sense, or touch the host, in a machine that shares the host's kernel. */
const MASKED = [
  "systemd-modules-load.service", // loads kernel modules; fails on Debian 13
  "systemd-udevd.service", // a privileged machine would handle the host's devices
  "systemd-udev-trigger.service",
  "sys-kernel-debug.mount",
  "sys-kernel-tracing.mount",
  "dev-hugepages.mount",
  "getty.target", // the host's terminals
  "console-getty.service",
  "sshd-keygen.service", // makes three kinds of keys; one is enough and is there sooner
  "apt-daily.timer", // would hold the lock of dpkg in the middle of a drill
  "apt-daily-upgrade.timer",
  "dpkg-db-backup.timer",
  "fstrim.timer",
  "e2scrub_all.timer",
];

/** Names of the environment of process 1, with the public key that the machine accepts. None of it is secret. */
export const BOOT = { key: "BEEHIVE_AUTHORIZED_KEY", user: "BEEHIVE_SSH_USER", port: "BEEHIVE_SSH_PORT" } as const;

/** Runs before sshd at every boot; the first time it makes the host key and the account. */
const BOOT_SCRIPT = `#!/bin/sh
set -eu
[ -e /etc/ssh/ssh_host_ed25519_key ] || ssh-keygen -q -t ed25519 -N '' -f /etc/ssh/ssh_host_ed25519_key
user="\${${BOOT.user}:-root}"
if ! id "$user" >/dev/null 2>&1; then
  # Debian has groups of its own, such as operator and staff; useradd refuses to make them again.
  if getent group "$user" >/dev/null; then group="--gid $user"; else group="--user-group"; fi
  useradd --create-home --shell /bin/bash $group "$user"
  printf '%s ALL=(ALL) NOPASSWD: ALL\\n' "$user" >"/etc/sudoers.d/$user"
fi
home=$(getent passwd "$user" | cut -d: -f6)
if [ ! -e "$home/.ssh/authorized_keys" ]; then
  install -d -m 700 -o "$user" "$home/.ssh"
  printf '%s\\n' "\${${BOOT.key}:-}" >"$home/.ssh/authorized_keys"
  chmod 600 "$home/.ssh/authorized_keys"
  chown "$user:" "$home/.ssh/authorized_keys"
fi
printf 'Port %s\\nPermitRootLogin prohibit-password\\nPasswordAuthentication no\\nUseDNS no\\n' \\
  "\${${BOOT.port}:-22}" >/etc/ssh/sshd_config.d/lab.conf
`;

const BOOT_UNIT = `[Unit]
Description=Let the lab's owner in
DefaultDependencies=no
After=local-fs.target systemd-sysusers.service
Before=ssh.service ssh.socket

[Service]
Type=oneshot
RemainAfterExit=yes
PassEnvironment=${BOOT.key} ${BOOT.user} ${BOOT.port}
ExecStart=/usr/local/lib/beehive-lab/boot

[Install]
WantedBy=multi-user.target
`;

/** So that an answer of sshd means that every account may log in: pam_nologin refuses all but root before that. */
const SSH_DROP_IN = `[Unit]
Requires=beehive-lab-boot.service
After=beehive-lab-boot.service systemd-user-sessions.service
`;

/** Machines exist for an hour; flushing each unpacked file to the disk would double the time of an installation. */
const DPKG_CONFIGURATION = `force-unsafe-io
path-exclude=/usr/share/man/*
path-exclude=/usr/share/info/*
path-exclude=/usr/share/locale/*
path-exclude=/usr/share/doc/*
path-include=/usr/share/doc/*/copyright
`;

/** Keeps the packages that were downloaded into the image: they make the rollout's own installation fast. */
const APT_CONFIGURATION = `Binary::apt::APT::Keep-Downloaded-Packages "true";
APT::Keep-Downloaded-Packages "true";
Acquire::Languages "none";
Acquire::Retries "3";
`;

/** A shell script that turns a Debian root file system into a machine of the lab. Its text is part of the image's hash. */
export function recipe(apt: AptAccess): string {
  const sources = apt.sources.length === 0 ? "" : file("/etc/apt/sources.list", `${apt.sources.join("\n")}\n`);
  return `set -eu
export DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8
${sources}${sources === "" ? "" : "rm -f /etc/apt/sources.list.d/*\n"}rm -f /etc/apt/apt.conf.d/docker-* /etc/apt/apt.conf.d/99mmdebstrap /etc/dpkg/dpkg.cfg.d/99mmdebstrap
${file("/etc/apt/apt.conf.d/90lab", `${APT_CONFIGURATION}${apt.options.join("\n")}\n`)}${file("/etc/dpkg/dpkg.cfg.d/lab", DPKG_CONFIGURATION)}missing=""
for package in ${BASE_PACKAGES.join(" ")}; do
  [ "$(dpkg-query -W -f '\${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || missing="$missing $package"
done
if [ -n "$missing" ]; then
  apt-get -q update
  apt-get -q -y --no-install-recommends install $missing
fi
# Debian images made for containers forbid services to start.
rm -f /usr/sbin/policy-rc.d
rm -f /etc/ssh/ssh_host_*
: >/etc/machine-id
mkdir -p /usr/local/lib/beehive-lab /etc/systemd/system/ssh.service.d
${file("/usr/local/lib/beehive-lab/boot", BOOT_SCRIPT)}chmod 755 /usr/local/lib/beehive-lab/boot
${file("/etc/systemd/system/beehive-lab-boot.service", BOOT_UNIT)}${file("/etc/systemd/system/ssh.service.d/lab.conf", SSH_DROP_IN)}systemctl enable beehive-lab-boot.service ssh.service
systemctl mask ${MASKED.join(" ")}
systemctl set-default multi-user.target
# The distribution's own kernel settings would be written to the host's kernel; those of the rollout (net.*) stay inside.
for settings in /usr/lib/sysctl.d/*.conf; do
  [ ! -e "$settings" ] || { mkdir -p /etc/sysctl.d; ln -sf /dev/null "/etc/sysctl.d/\${settings##*/}"; }
done
# Tells systemd that nothing is left to be done at the first boot.
touch /etc/.updated /var/.updated
rm -rf /usr/share/man/* /usr/share/locale/* /var/log/*.log /var/log/apt/*
`;
}

/** A shell script that brings the packages and their dependencies into apt's cache, without installing them. */
export function downloadRecipe(packages: readonly string[]): string {
  const names = packages.join(" ");
  const download = "apt-get -q -y --no-install-recommends --download-only install";
  // Packages of different machines may exclude each other, so that all at once can fail where each alone does not.
  return `set -eu
export DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8
apt-get -q update
[ -n "${names}" ] || exit 0
${download} ${names} || {
  failed=""
  for package in ${names}; do ${download} "$package" || failed="$failed $package"; done
  [ -z "$failed" ] || { echo "cannot install:$failed"; exit 100; }
}
`;
}

/** A local image of the suite that the base can be made from where mmdebstrap is missing. */
export const VENDOR_IMAGE: Readonly<Record<Suite, string>> = { trixie: "debian:13", bookworm: "debian:12" };

/** Whatever an image says of itself, in the form of `commit --change` and `import --change`. */
export function imageChanges(labels: Readonly<Record<string, string>>): string[] {
  const all = { [LABEL.image]: "image", ...labels };
  const instructions = [...Object.entries(all).map(([key, value]) => `LABEL ${key}=${value}`), `CMD ["/sbin/init"]`];
  return instructions.flatMap((instruction) => ["--change", instruction]);
}

function file(path: string, content: string): string {
  return `cat >${path} <<'END_OF_FILE'\n${content}END_OF_FILE\n`;
}
