import * as fs from "node:fs";
import * as path from "node:path";
import { Machines, type HostsSiteProps } from "../../../lib";
import { fullSynth, scratch, shop } from "../../support/hive";
import { runBeehive } from "./run-beehive";

const root = scratch();
const at = (name: string): string => path.join(root, name);

/**
 * What stands for OpenSSH's client: it keeps its arguments, says what a file with the host's address tells it to say, and keeps what
 * it is sent. The real one is in the lab.
 */
const SSH = `#!/bin/sh
for word in "$@"; do case "$word" in 10.77.*) host=$word;; esac; done
printf '%s\\n' "$@" >"${root}/asked-$host"
. "${root}/host-$host"
[ -z "\${refuses:-}" ] || { echo "$refuses" >&2; exit 255; }
printf '%s' "\${greeting:-}"
echo beehive-begin
read -r go
date -d "\${ahead:-0} seconds" +%s.%N
[ -z "\${state:-}" ] || { echo "$state"; exit 0; }
cat >"${root}/sent-$host"
echo survey
cat "${root}/answer-$host"
`;

const FACTS = {
  distribution: { id: "debian", version: "13", name: "Debian GNU/Linux 13 (trixie)" },
  disk: { free: 20e9, folder: "/" },
  memory: 2e9,
  processors: 2,
  timeSync: true as boolean | string,
  addresses: ["10.77.0.11"],
  ipv6: [],
  locale: "C.UTF-8",
  python: "3.13.5",
  neighbours: {} as Record<string, string>,
};

interface Host {
  /** Lines of shell that the client reads. @default - it answers, and all is well */
  readonly does?: string;
  readonly facts?: Partial<typeof FACTS>;
  readonly problems?: readonly object[];
  readonly taking?: readonly string[];
}

let before: string | undefined;
let folder: string;
beforeAll(() => {
  fs.mkdirSync(at("bin"));
  fs.writeFileSync(at("bin/ssh"), SSH, { mode: 0o755 });
  before = process.env.PATH;
  process.env.PATH = `${at("bin")}:${before}`;
  folder = synthesized();
});
afterAll(() => {
  process.env.PATH = before;
});

const HOSTS = [
  "10.77.0.11",
  "10.77.0.12",
  "10.77.1.11",
  "10.77.1.12",
  "10.77.1.13",
  "10.77.2.11",
  "10.77.2.12",
  "10.77.2.13",
];

function synthesized(site: Partial<HostsSiteProps> = {}): string {
  const on = (role: string) => ({ machines: Machines.labelled({ role }) });
  return fullSynth(shop({ site, db: on("db"), web: on("web"), entrance: on("lb") }).stack).folder;
}

/** Hosts by their address; all others are fine. */
async function check(hosts: Record<string, Host> = {}, args: readonly string[] = [], where = folder) {
  for (const address of HOSTS) {
    const { does = "", facts = {}, problems = [], taking = [] } = hosts[address] ?? {};
    fs.writeFileSync(at(`host-${address}`), does);
    fs.writeFileSync(at(`answer-${address}`), JSON.stringify({ facts: { ...FACTS, ...facts }, problems, taking }));
    fs.rmSync(at(`asked-${address}`), { force: true });
  }
  return runBeehive(where, ["check-hosts", ...args]);
}
const asked = (address: string) => fs.readFileSync(at(`asked-${address}`), "utf8");

test("hosts that are ready end with 0, and are listed", async () => {
  const { code, out } = await check();
  expect(code).toBe(0);
  expect(out).toMatch(
    /│ db-1 +│ Debian GNU\/Linux 13 \(trixie\), 2 CPU │ 1\.9 GiB │ 18\.6 GiB free │ .0\.\d+ s, synchronized │ no +│ yes +│/,
  );
  expect(out).toContain("Nothing is in the way of a deploy. Nothing was changed.");
});

test("a host gets the program of a deploy on its standard input, and what its tiers want", async () => {
  await check();
  expect(fs.readFileSync(at("sent-10.77.2.11"), "utf8")).toContain('MODULES["beehive_apply.survey"]');
  const [, text] = /python3 -X utf8 - survey ([A-Za-z0-9+/=]+)/.exec(asked("10.77.2.11"))!;
  const request = JSON.parse(Buffer.from(text!, "base64").toString());
  expect(request).toMatchObject({
    quiet: expect.arrayContaining(["mariadb.service"]),
    ports: expect.arrayContaining([expect.objectContaining({ port: 3306, address: "10.77.2.11" })]),
    folders: [expect.objectContaining({ path: "/var/lib/mysql" })],
    host: { hive: "shop", takeOver: [], keepFirewall: false, sharedWith: [] },
    virtual: [],
  });
});

test("what a host finds is said with the fix, and ends with 1", async () => {
  const problem = {
    about: "nginx.service",
    found: "nginx.service runs",
    fix: "Choose: stop it",
    units: ["nginx.service"],
  };
  const { code, out } = await check({ "10.77.1.12": { problems: [problem], taking: ["haproxy.service"] } });
  expect(code).toBe(1);
  expect(out).toContain("\nweb-2\n  - nginx.service runs.\n    Choose: stop it.\n");
  expect(out).toContain(
    "Note: web-2: a deploy stops haproxy.service, as takeOver allows; it comes back when the tier leaves.",
  );
  expect(out).toContain("1 thing is in the way of a deploy. Nothing was changed.");
});

test.each([
  [
    "a host that lets nobody in",
    'refuses="deploy@10.77.1.11: Permission denied (publickey)."',
    "SSH does not get in as root@10.77.1.11 port 22: deploy@10.77.1.11: Permission denied (publickey)",
  ],
  [
    "a shell that prints a greeting",
    "greeting='Welcome!\n'",
    'the shell of root prints text before commands ("Welcome!"), which uploads take for their own',
  ],
  ["a sudo that wants a password", "state='no sudo'", "sudo asks root for a password, or refuses"],
  ["a host without Python", "state='no python'", "it has no python3, so that nothing more can be asked"],
  ["a clock that is wrong", "ahead=90", "its clock is +90.0 s off; 0.5 s is allowed"],
])("%s is a problem", async (_, does, words) => {
  const { code, out } = await check({ "10.77.1.11": { does } });
  expect(code).toBe(1);
  expect(out).toContain(words);
  expect(out).toContain("1 thing is in the way");
});

test("a clock that all hosts agree on is this computer's fault", async () => {
  const wrong = Object.fromEntries(HOSTS.map((address) => [address, { does: "ahead=90" }]));
  const { code, out } = await check(wrong);
  expect(code).toBe(0);
  expect(out).toMatch(/Note: the clock of this computer is -(89|90)\.\d s beside all hosts'/);
});

test("a mix of Debian releases in one database is a problem, and among web servers it is none", async () => {
  const facts = { distribution: { id: "debian", version: "12", name: "Debian GNU/Linux 12 (bookworm)" } };
  expect((await check({ "10.77.1.11": { facts } })).code).toBe(0);
  const { code, out } = await check({ "10.77.2.11": { facts } });
  expect(code).toBe(1);
  expect(out).toContain(
    "shop/db\n  - its machines have different releases: Debian 12 on db-1; Debian 13 on db-2, db-3. " +
      "A member of the older one cannot take data from a newer one.\n    Install the same release on all of them.",
  );
});

test("another machine at the virtual IP is a problem, a load balancer that holds it is none", async () => {
  const facts = { neighbours: { "10.77.0.100": "02:00:00:00:00:01" } };
  const { code, out } = await check({ "10.77.0.11": { facts } });
  expect(code).toBe(1);
  expect(out).toContain("another machine (02:00:00:00:00:01) answers at the virtual IP 10.77.0.100, seen by lb-1");
  const holder = { facts: { addresses: ["10.77.0.12", "10.77.0.100"] } };
  expect((await check({ "10.77.0.11": { facts }, "10.77.0.12": holder })).code).toBe(0);
  // Who was not asked may be the holder.
  expect((await check({ "10.77.0.11": { facts } }, ["lb-1"])).code).toBe(0);
});

test("a clock that nothing sets is said, and no problem", async () => {
  const { code, out } = await check({ "10.77.1.11": { facts: { timeSync: false } } });
  expect([code, out]).toEqual([0, expect.stringContaining("Note: web-1: nothing sets its clock")]);
});

test("hosts can be named, and are written as JSON", async () => {
  const { code, out } = await check({}, ["web-2", "--json", "-"]);
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({
    hosts: [{ name: "web-2", problems: [], facts: FACTS }],
    tiers: [],
    notes: [],
  });
});

test("a way through a bastion, with keys of hosts, is the one that Terraform takes", async () => {
  const key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGWQWHQ3SG5ZXr1SmJ3ZtJcVQm8SOMJfGZ1IQ0ZMIQ9d";
  const ssh = {
    user: "debian",
    port: 2222,
    hostKey: key,
    bastion: { host: "jump.example.org", user: "jump", hostKey: "any" },
  };
  await check({}, [], synthesized({ ssh }));
  const words = asked("10.77.1.11").split("\n");
  expect(words).toEqual(
    expect.arrayContaining(["debian", "10.77.1.11", "2222", "StrictHostKeyChecking=yes", "BatchMode=yes"]),
  );
  expect(words.indexOf("debian")).toBe(words.indexOf("-l") + 1);
  const proxy = words.find((word) => word.startsWith("ProxyCommand="))!;
  expect(proxy).toMatch(/^ProxyCommand=ssh -F none -p 22 -l jump .* -W '\[%h\]:%p' jump\.example\.org$/);
  expect(proxy).toContain("StrictHostKeyChecking=no");
  expect(words.at(-2)).toContain("sudo -n python3");
});

test("a host whose key nobody knows is a problem, and asked all the same", async () => {
  fs.writeFileSync(at("known_hosts"), "");
  const { code, out } = await check(
    {},
    ["web-1"],
    synthesized({ ssh: { hostKey: undefined, knownHostsFile: at("known_hosts") } }),
  );
  expect(code).toBe(1);
  expect(out).toContain(
    "nobody knows the SSH host key of 10.77.1.11, so that a deploy is refused.\n    Record it (ssh-keyscan 10.77.1.11",
  );
  expect(out).toContain("│ web-1 │ Debian GNU/Linux 13 (trixie)");
});

test.each([
  ["an unknown host", ["web-9"], "there is no host web-9 in the stack; its hosts are"],
  ["an unknown option", ["--jsn", "x"], "unknown option '--jsn'"],
])("%s ends with 3", async (_, args, words) => {
  const { code, err } = await check({}, args);
  expect([code, err]).toEqual([3, expect.stringContaining(words)]);
});

test("a manifest alone is not enough, and ends with 3", async () => {
  const alone = fs.mkdtempSync(at("alone-"));
  fs.copyFileSync(path.join(folder, "beehive.json"), path.join(alone, "beehive.json"));
  const { code, err } = await check({}, [], alone);
  expect([code, err]).toEqual([3, expect.stringContaining("cdk.tf.json is needed beside the manifest")]);
});
