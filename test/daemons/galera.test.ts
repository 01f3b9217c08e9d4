import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { GaleraNodeOptions } from "../../lib/software/database/galera/galera-options";
import { galeraNode } from "../../lib/software/database/galera/galera";
import { GaleraTimeouts } from "../../lib/software/database/galera/galera-timeouts";
import { daemonImage, prepared, checkerOf, type DaemonImage, type Prepared } from "../support/daemon-image";

jest.setTimeout(600_000);

const members = ["a", "b", "c"].map((zone, i) => ({ name: `db-${zone}`, address: `10.79.0.1${i + 1}`, zone }));
const node = (options: Partial<GaleraNodeOptions> = {}) =>
  galeraNode({
    instance: "shop-db",
    constructPath: "shop/db",
    node: members[0]!,
    members,
    databases: [{ name: "shop", user: "shop", passwordSecret: "password" }],
    timeouts: GaleraTimeouts.lanFast(),
    clusterSecret: "cluster-secret",
    clients: ["10.79.0.21"],
    maxAllowedPacket: "64M",
    ...options,
  });
const CONFIG = "/etc/mysql/mariadb.conf.d/90-beehive-shop-db.cnf";

/** As on the machine, the secrets and the number of processors filled in. */
const machine = (software: ReturnType<typeof node>): Prepared => {
  const { files = [], ...rest } = prepared(software);
  const filled = files.map((file) => ({
    ...file,
    content: file.content
      .replace("{{beehive:processors}}", "2")
      .replace(/\{\{beehive:secret:([^}]+)\}\}/g, "the secret of $1"),
  }));
  return { ...rest, files: [...filled, ...SUPPORT] };
};

/** The programs on the machine, asked in their own language; what is printed is JSON. */
const LOAD = 'import json, sys\nsys.path.insert(0, "/usr/local/lib/beehive")\n';
const PROGRAMS = join(__dirname, "galera");
const pythonIn = (folder: string) => readdirSync(folder).filter((file) => file.endsWith(".py"));
const source = (...path: string[]) => readFileSync(join(PROGRAMS, ...path), "utf8");
/** What those programs share among themselves. */
const SUPPORT = pythonIn(join(PROGRAMS, "support")).map((file) => ({
  path: `/usr/local/lib/beehive/beehive_galera_test/${file}`,
  content: source("support", file),
}));
/** They start MariaDB, and both versions have to hold what they ask. */
const WITH_DAEMONS = pythonIn(PROGRAMS).filter((file) => source(file).includes("beehive_galera_test"));

const holds = async (debian: DaemonImage, file: string) => {
  const { status, stderr } = await debian.run(["python3", "-B", "-c", LOAD + source(file), "-v"], machine(node()));
  expect([status, status === 0 ? "" : stderr]).toEqual([0, ""]);
};

describe.each(["bookworm", "trixie"] as const)("on %s", (suite) => {
  let debian: DaemonImage;
  beforeAll(async () => {
    debian = await daemonImage(suite, node().packages);
  });

  const python = async (program: string, software = node()): Promise<unknown> => {
    const { status, stdout, stderr } = await debian.run(["python3", "-B", "-c", LOAD + program], machine(software));
    expect([status, stderr]).toEqual([0, expect.any(String)]);
    return JSON.parse(stdout);
  };

  it.each(["lanFast", "lanSafe", "wan"] as const)("mariadbd accepts the settings of %s", async (profile) => {
    const software = node({ timeouts: GaleraTimeouts[profile](), mariadb: "max_connections = 900" });
    const { status, stderr } = await debian.run(checkerOf(software, CONFIG), machine(software));
    expect([status, stderr.match(/\[ERROR\].*/g)]).toEqual([0, null]);
  });

  it("mariadbd accepts all of its configuration together", async () => {
    const { status, stderr } = await debian.run(node().checks![0]!.command, machine(node()));
    expect([status, stderr.match(/\[ERROR\].*/g)]).toEqual([0, null]);
  });

  it("mariadbd refuses a line that it does not know, and names it", async () => {
    const software = node({ mariadb: "innodb_fancy = 1" });
    const { status, stderr } = await debian.run(checkerOf(software, CONFIG), machine(software));
    expect(status).not.toBe(0);
    expect(stderr).toContain("unknown variable 'innodb_fancy=1'");
  });

  it("members trust each other's certificates, and nobody who does not know the secret", async () => {
    const program = `
import os, subprocess
from dataclasses import replace
from beehive_galera import settings as where, tls
here = where.load("shop-db")
def make(name, node, secret):
    os.makedirs(f"/tmp/{name}")
    tls.make(f"/tmp/{name}", tls.authority_key(secret, "shop-db"), replace(here, node=node))
def trusted(ca, leaf):
    command = ["openssl", "verify", "-x509_strict", "-CAfile", f"/tmp/{ca}/ca.pem", f"/tmp/{leaf}/node.pem"]
    return subprocess.run(command, capture_output=True).returncode == 0
make("a", "db-a", "the secret of the cluster"); make("b", "db-b", "the secret of the cluster"); make("x", "db-b", "a guess at the secret")
print(json.dumps([trusted("a", "b"), trusted("b", "a"), trusted("a", "x"), trusted("x", "a")]))`;
    expect(await python(program)).toEqual([true, true, false, false]);
  });

  it("certificates stay as they are until the secret changes, and MariaDB alone reads the key", async () => {
    const program = `
import os, pwd, stat
from beehive_galera import settings as where, tls
here = where.load("shop-db")
mysql = pwd.getpwnam("mysql")
read = lambda: open("/var/lib/beehive/shop-db/tls/node.pem").read()
tls.ensure(here, mysql.pw_uid, mysql.pw_gid); first = read()
tls.ensure(here, mysql.pw_uid, mysql.pw_gid); second = read()
open("/etc/beehive/galera/shop-db/cluster-secret", "w").write("another secret of the cluster")
tls.ensure(here, mysql.pw_uid, mysql.pw_gid); third = read()
key = os.stat("/var/lib/beehive/shop-db/tls/node.key")
print(json.dumps([first == second, second == third, oct(stat.S_IMODE(key.st_mode)), key.st_uid == mysql.pw_uid]))`;
    expect(await python(program)).toEqual([true, false, "0o600", true]);
  });

  it.each(WITH_DAEMONS)("MariaDB and the programs hold what %s asks", (file) => holds(debian, file));
});

describe("the programs on the machine", () => {
  let debian: DaemonImage;
  beforeAll(async () => {
    debian = await daemonImage("trixie", node().packages);
  });

  it.each(pythonIn(PROGRAMS).filter((file) => !WITH_DAEMONS.includes(file)))("hold what %s asks", (file) =>
    holds(debian, file),
  );
});
