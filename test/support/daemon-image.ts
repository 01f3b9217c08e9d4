import { createHash } from "node:crypto";
import type { CommandResult } from "../../lib/lab/command";
import { Engine } from "../../lib/lab/engine";
import { probeHost } from "../../lib/lab/host";
import { ensureImage } from "../../lib/lab/machine-image";
import { LABEL, labelArguments } from "../../lib/lab/labels";
import type { Suite } from "../../lib/lab/apt-sources";
import type { ManagedDirectory, ManagedFile, Software, SystemAccount } from "../../lib/software/software";

/** What is on the machine before a daemon's own checker looks at it. */
export interface Prepared {
  readonly files?: readonly Pick<ManagedFile, "path" | "content" | "encoding" | "mode">[];
  readonly accounts?: readonly SystemAccount[];
  readonly directories?: readonly ManagedDirectory[];
}

export interface DaemonImage {
  /** Runs a program in a container of its own, with nothing started in it. */
  run(argv: readonly string[], prepared?: Prepared, timeoutSeconds?: number): Promise<CommandResult>;
}

/** Of all daemons whose checkers and programs are tested: one image is made sooner than one for each of them. */
const PACKAGES = [
  "e2fsprogs",
  "galera-4",
  "haproxy",
  "iproute2",
  "keepalived",
  "mariadb-backup",
  "mariadb-client",
  "mariadb-server",
  "nftables",
  "nginx",
  "openssl",
  "php-fpm",
  "python3",
  "python3-botocore",
  "python3-pymysql",
  "socat",
  "tzdata",
];

/** A Debian with the daemons installed, the wanted packages among them. Made once, found again by its label. */
export async function daemonImage(suite: Suite, wanted: readonly string[]): Promise<DaemonImage> {
  const unknown = wanted.filter((name) => !PACKAGES.includes(name));
  if (unknown.length > 0) throw new Error(`the daemon image has no ${unknown.join(", ")}; add it to PACKAGES`);
  const engine = new Engine(await probeHost());
  const labels = { [LABEL.image]: "daemon-image" };
  const machine = await ensureImage(engine, { suite, packages: [], labels: {} });
  const hash = createHash("sha256")
    .update([machine, ...PACKAGES].join("\0"))
    .digest("hex")
    .slice(0, 12);
  // One label alone: podman 4.3 lists what carries any of several.
  const found = await engine.images(`${LABEL.imageHash}=${hash}`);
  const image = found[0] ?? (await install(engine, machine, hash));
  return {
    run: (argv, prepared = {}, timeoutSeconds = 300) =>
      engine.run(
        [
          ...["run", "--rm", "--interactive", "--network", "none", "--cap-add", "NET_ADMIN,NET_RAW"],
          ...labelArguments(labels),
          ...engine.host.limitArguments,
          ...[image, "/bin/sh", "-s"],
        ],
        { input: `${prepare(prepared)}\nexec ${argv.map(quoted).join(" ")} </dev/null\n`, timeout: timeoutSeconds },
      ),
  };
}

async function install(engine: Engine, machine: string, hash: string): Promise<string> {
  const container = `beehive-daemon-image-${hash}-${process.pid}`;
  const create = ["--interactive", "--name", container, ...engine.host.limitArguments, "--network", "host"];
  try {
    const script = `set -e
export DEBIAN_FRONTEND=noninteractive
apt-get -q -y --no-install-recommends install ${PACKAGES.join(" ")}
apt-get clean`;
    const installed = await engine.run(["run", ...create, machine, "/bin/sh", "-s"], { input: script });
    if (installed.status !== 0)
      throw new Error(`installing ${PACKAGES.join(", ")} failed:\n${installed.stdout}${installed.stderr}`);
    const changes = [`LABEL ${LABEL.image}=daemon-image`, `LABEL ${LABEL.imageHash}=${hash}`];
    return (await engine.output(["commit", ...changes.flatMap((change) => ["--change", change]), container])).trim();
  } finally {
    await engine.remove("container", [container]);
  }
}

/** Everything that `beehive-apply` has done when it asks the checkers; placeholders filled with what the container has. */
export function prepared(...software: readonly Software[]): Prepared {
  return {
    accounts: software.flatMap((part) => part.accounts ?? []),
    directories: software.flatMap((part) => part.directories ?? []),
    files: software.flatMap((part) =>
      part.files.map((file) => ({
        ...file,
        content: file.content.replace(/\{\{beehive:interface:[^}]+\}\}/g, "eth0"),
      })),
    ),
  };
}

/** The checker that a managed file names, aimed at the file in its place. */
export function checkerOf(software: Software, path: string): string[] {
  const file = software.files.find((candidate) => candidate.path === path);
  if (file?.validate === undefined)
    throw new Error(`${path} has no checker; files are ${software.files.map((f) => f.path).join(", ")}`);
  return file.validate.map((word) => word.replace("%s", path));
}

function prepare({ accounts = [], directories = [], files = [] }: Prepared): string {
  return [
    "set -e",
    // Outside of it there is nothing: a network card for those checkers that want one.
    "ip link add eth0 type veth peer name eth1",
    ...accounts.map(({ name }) => `useradd --system --user-group --no-create-home ${quoted(name)}`),
    ...directories.flatMap(({ path, owner = "root", group = "root" }) => [
      `mkdir -p ${quoted(path)}`,
      `chown ${quoted(owner)}:${quoted(group)} ${quoted(path)}`,
    ]),
    ...files.flatMap(({ path, content, encoding = "utf8", mode = "0644" }) => [
      `mkdir -p "$(dirname ${quoted(path)})"`,
      `base64 -d >${quoted(path)} <<'END'\n${Buffer.from(content, encoding).toString("base64")}\nEND`,
      `chmod ${mode} ${quoted(path)}`,
    ]),
  ].join("\n");
}

const quoted = (word: string): string => `'${word.replace(/'/g, `'\\''`)}'`;
