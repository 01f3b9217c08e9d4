import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { TerraformStack, TerraformVariable, Testing } from "../../../lib/cdktf";
import type { HostProps, SshProps } from "../../../lib";
import { hosts, resourceAt, scratch, shop } from "../../support/hive";

const folder = scratch();
const keyOf = (name: string): string => {
  const file = path.join(folder, name);
  if (!fs.existsSync(file)) execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", "", "-f", file]);
  return fs.readFileSync(`${file}.pub`, "utf8").trim();
};
const file = (...lines: string[]): string => {
  const name = path.join(scratch(), "known_hosts");
  fs.writeFileSync(name, lines.map((line) => `${line}\n`).join(""));
  return name;
};

const ALL = hosts({ lb: 2, web: 3, db: 3 });
const everyone = ALL.map(({ address }) => `${address} ${keyOf("shared")}`);

function stackWith(ssh: SshProps, change: (host: HostProps) => Partial<HostProps> = () => ({})): TerraformStack {
  // `hostKey: undefined` takes the test support's "any" away.
  return shop({
    hosts: ALL.map((host) => ({ ...host, ...change(host) })),
    site: { ssh: { hostKey: undefined, ...ssh } },
  }).stack;
}
const prepared = (stack: TerraformStack, host: string) => resourceAt(stack, `rack/${host}/prepare/Resource`);
const refusalOf = (stack: TerraformStack, host: string) =>
  (prepared(stack, host).lifecycle?.precondition as { error_message: string }[] | undefined)?.[0]?.error_message;

const environment = { ...process.env };
afterEach(() => {
  process.env = { ...environment };
});
beforeEach(() => {
  delete process.env.BEEHIVE_KNOWN_HOSTS;
});

test("every connection asks for the key of known_hosts, the farewell's included", () => {
  const stack = stackWith({ knownHostsFile: file(...everyone) });
  expect(prepared(stack, "web-1").connection).toMatchObject({ host_key: keyOf("shared") });
  expect(resourceAt(stack, "web/rollout/web-1").connection).toMatchObject({ host_key: keyOf("shared") });
  expect(resourceAt(stack, "web/members/Resource").for_each?.["web-1"]).toMatchObject({ host_key: keyOf("shared") });
  expect(ALL.map(({ name }) => prepared(stack, name).lifecycle)).toEqual(ALL.map(() => undefined));
});

test("whom nobody knows is refused by the plan, all in one sentence, and no connection is made", () => {
  const known = file(...everyone.filter((line) => !line.startsWith("10.77.1.")));
  const stack = stackWith({ knownHostsFile: known }, ({ name }) => (name === "web-3" ? { ssh: { port: 2222 } } : {}));
  const refusals = ALL.flatMap(({ name }) => refusalOf(stack, name) ?? []);
  expect(refusals).toEqual([
    [
      `shop/rack: the SSH host keys of web-1 (10.77.1.11), web-2 (10.77.1.12), web-3 (10.77.1.13 port 2222) are not known: neither ` +
        `ssh.hostKey nor ${known} gives them, and whoever answers would be given the secrets. Record them, compare with ` +
        `ssh-keygen -lf on the machines, and synthesize again:`,
      `  ssh-keyscan 10.77.1.11 10.77.1.12 >> ${known}\n  ssh-keyscan -p 2222 10.77.1.13 >> ${known}`,
      'ssh: { knownHostsFile } names a file that goes with the program; hostKey: "any" takes whoever answers.',
    ].join("\n\n"),
  ]);
  expect(prepared(stack, "web-1").connection).toMatchObject({ host_key: "unknown" });
  expect(prepared(stack, "db-1").connection).toMatchObject({ host_key: keyOf("shared") });
});

test("a key that the program gives goes before known_hosts, and says which machine it is", () => {
  const known = file(...everyone);
  const id = (stack: TerraformStack) => prepared(stack, "db-1").triggers_replace?.machine;
  const given = stackWith({ knownHostsFile: known }, ({ name }) =>
    name === "db-1" ? { ssh: { hostKey: `${keyOf("db")} root@db-1\n` } } : {},
  );
  expect(prepared(given, "db-1").connection).toMatchObject({ host_key: keyOf("db") });
  expect(id(given)).toBe(`10.77.2.11 10.77.2.11 ${keyOf("db")}`);
  // What a laptop has recorded must not move a machine.
  expect(id(stackWith({ knownHostsFile: known }))).toBe("10.77.2.11 10.77.2.11");
});

test('"any" is said, and then no key is asked for', () => {
  const stack = stackWith({ hostKey: "any" });
  expect(prepared(stack, "web-1").connection).not.toHaveProperty("host_key");
  expect(refusalOf(stack, "lb-1")).toBeUndefined();
});

test("a bastion is looked up as well, and named once", () => {
  const known = file(...everyone);
  const bastion = { host: "bastion.example.org", port: 2200 };
  const stack = stackWith({ knownHostsFile: known, bastion });
  expect(ALL.flatMap(({ name }) => refusalOf(stack, name) ?? [])).toEqual([
    expect.stringContaining("the SSH host key of the bastion of lb-1 (bastion.example.org port 2200) is not known"),
  ]);
  const recorded = file(...everyone, `[bastion.example.org]:2200 ${keyOf("bastion")}`);
  expect(prepared(stackWith({ knownHostsFile: recorded, bastion }), "lb-1").connection).toMatchObject({
    bastion_host_key: keyOf("bastion"),
  });
});

test("the file of a lab counts in the place of all others and of the program's keys, but not of any", () => {
  process.env.BEEHIVE_KNOWN_HOSTS = file(...ALL.map(({ address }) => `${address} ${keyOf("lab")}`));
  const stack = stackWith({ knownHostsFile: file(...everyone) }, ({ name }) => ({
    ssh: name === "db-1" ? { hostKey: keyOf("db") } : name === "db-2" ? { hostKey: "any" } : {},
  }));
  expect(prepared(stack, "web-1").connection).toMatchObject({ host_key: keyOf("lab") });
  expect(prepared(stack, "db-1").connection).toMatchObject({ host_key: keyOf("lab") });
  expect(prepared(stack, "db-2").connection).not.toHaveProperty("host_key");
});

test("in the phase infrastructure nothing is refused, because no machine is reached", () => {
  process.env.BEEHIVE_PHASE = "infrastructure";
  expect(refusalOf(stackWith({ knownHostsFile: file() }), "lb-1")).toBeUndefined();
});

test("a bastion that only Terraform knows is not looked up", () => {
  const { stack } = shop({ app: Testing.app() });
  const host = new TerraformVariable(stack, "bastion", { type: "string" }).stringValue;
  const made = stackWith({ knownHostsFile: file(...everyone), bastion: { host } });
  expect(prepared(made, "lb-1").connection).not.toHaveProperty("bastion_host_key");
});

test("a folder in the place of known_hosts is refused", () => {
  expect(() => stackWith({ knownHostsFile: folder })).toThrow(
    `shop/rack: ssh.knownHostsFile leads to ${folder}, which cannot be read (EISDIR: illegal operation on a directory, read). Correct ` +
      "the path, or make the file readable for the account that synthesizes.",
  );
});
