import { spawn, spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

const MODULES = path.resolve(__dirname, "../../../lib/rollout/machine");
const root = fs.mkdtempSync(path.join(os.tmpdir(), "beehive-test-"));
afterAll(() => fs.rmSync(root, { recursive: true }));
const at = (name: string): string => path.join(root, name);

/** With the machine's folders in a folder of the test, and run by whoever runs the test. */
const HERE = `
import json, os, sys
sys.path.insert(0, "${MODULES}")
from beehive_apply import cli, journal, old_code, session, turns, upgrade, upgrades
root = "${root}"
journal.STATE, turns.LOCK, upgrades.PREFERENCES = f"{root}/state", f"{root}/lock", f"{root}/upgrade.pref"
os.geteuid = lambda: 0
`;

function python(script: string, input = "") {
  const { stdout, stderr } = spawnSync("python3", ["-B", "-c", HERE + script], { encoding: "utf8", input });
  if (stderr !== "") throw new Error(stderr);
  return stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}
const value = (expression: string) => python(`print(json.dumps({"value": ${expression}}))`)[0]!.value;

describe("what apt would upgrade", () => {
  // As apt 2.6 and 3.0 print it.
  const said = `Reading package lists...
The following packages have been kept back:
  linux-image-amd64
Inst libssl3 [3.0.14-1~deb12u2] (3.0.15-1~deb12u1 Debian:12.8/stable, Debian-Security:12/stable-security [amd64])
Inst linux-image-6.12.48+deb13-amd64 (6.12.48-1 Debian-Security:13/stable-security [amd64])
Inst libc6:i386 [2.41-11] (2.41-12 Debian:13.1/stable [i386]) []
Inst docker-ce [5:27.1] (5:28.0 Docker CE:bookworm [amd64])
Conf libssl3 (3.0.15-1~deb12u1 Debian:12.8/stable [amd64])`;

  test("is read from its simulation, with where it comes from", () => {
    fs.writeFileSync(at("said"), said);
    expect(value("upgrades.parse(open(f'{root}/said').read())")).toEqual([
      {
        name: "libssl3",
        from: "3.0.14-1~deb12u2",
        to: "3.0.15-1~deb12u1",
        debian: true,
        origin: "Debian:12.8/stable, Debian-Security:12/stable-security",
      },
      {
        name: "linux-image-6.12.48+deb13-amd64",
        from: "",
        to: "6.12.48-1",
        debian: true,
        origin: "Debian-Security:13/stable-security",
      },
      { name: "libc6", from: "2.41-11", to: "2.41-12", debian: true, origin: "Debian:13.1/stable" },
      { name: "docker-ce", from: "5:27.1", to: "5:28.0", debian: false, origin: "Docker CE:bookworm" },
    ]);
  });

  test("leaves alone what is not Debian's, and keeps the owner's own preferences", () => {
    fs.writeFileSync(at("preferences"), "Package: *\nPin: release a=stable\nPin-Priority: 900\n");
    python(
      `upgrades.OWNERS_PREFERENCES = f"{root}/preferences"\nupgrades.pin([{"name": "docker-ce", "from": "5:27.1"}])\nprint("{}")`,
    );
    expect(fs.readFileSync(at("upgrade.pref"), "utf8")).toBe(
      "Package: docker-ce\nPin: version 5:27.1\nPin-Priority: 1000\n\nPackage: *\nPin: release a=stable\nPin-Priority: 900\n",
    );
  });

  test("knows the newest kernel by its numbers", () => {
    expect(value(`max(["6.1.0-9-amd64", "6.1.0-28-amd64", "6.1.0-25-amd64"], key=upgrades.by_number)`)).toBe(
      "6.1.0-28-amd64",
    );
  });
});

describe("what runs old code", () => {
  test("is a process whose program or library was replaced", () => {
    fs.mkdirSync(at("usr"));
    fs.copyFileSync("/bin/sleep", at("usr/sleeper"));
    fs.chmodSync(at("usr/sleeper"), 0o755);
    const { pid, ...child } = spawn(at("usr/sleeper"), ["60"]);
    const isOld = (files = "[]") =>
      value(`[setattr(old_code, "CODE", (f"{root}/usr/",)), old_code.is_old(${pid}, ${files})][1]`);
    try {
      expect(isOld()).toBe(false);
      expect(isOld('["/usr/lib/python3/dist-packages/pymysql/__init__.py"]')).toBe(false);
      fs.rmSync(at("usr/sleeper"));
      expect(isOld()).toBe(true);
    } finally {
      process.kill(pid!);
      void child;
    }
  });

  test("is an interpreter when an upgrade brought modules for it", () => {
    const isOld = (file: string) => value(`old_code.is_old(os.getpid(), ["${file}"])`);
    expect(isOld("/usr/lib/python3/dist-packages/pymysql/__init__.py")).toBe(true);
    expect(isOld("/usr/share/php/something.php")).toBe(false);
  });
});

describe("a session", () => {
  const session = (requests: readonly object[]) =>
    python(`cli.main(["session", "alice"])`, requests.map((one) => `${JSON.stringify(one)}\n`).join(""));

  test("does what it is asked, one line each, until the line is cut", () => {
    const [begun, ...answers] = session([
      { id: 1, do: "run", command: ["echo", "Grüße"] },
      { id: 2, do: "run", command: ["beehive-no-such-program"] },
      { id: 3, do: "dance" },
    ]);
    expect(begun).toEqual({ session: 1, boot: expect.stringMatching(/^[0-9a-f-]{36} \d+$/) });
    expect(answers).toEqual([
      { id: 1, done: { status: 0, stdout: "Grüße\n", stderr: "" } },
      { id: 2, done: { status: 127, stdout: "", stderr: "beehive-no-such-program: no such program" } },
      { id: 3, refused: "KeyError: 'dance'" },
    ]);
  });

  test("says who holds the machine", () => {
    const said = python(`
import io
class Other:
    def __iter__(self):
        sys.stdin = io.StringIO()
        session.serve("beehive upgrade by bob@desk")
        return iter(())
sys.stdin = Other()
session.serve("beehive upgrade by alice@laptop")
`);
    expect(said.slice(1)).toEqual([
      { busy: expect.stringMatching(/^beehive upgrade by alice@laptop, since \d\d:\d\d:\d\d UTC \(0 s\),$/) },
    ]);
  });
});

test("a machine's units leave in the order of its tiers, and each tier's from the last to the first, once", () => {
  const service = (unit: string, more = {}) => ({ unit, watches: [], onChange: "restart", ...more });
  const states = {
    "shop-db": { tier: "shop/db", services: [service("agent"), service("mariadb", { beforeStop: ["drain"] })] },
    "shop-web": {
      tier: "shop/web",
      services: [service("php", { beforeStop: ["stop", "nginx"] }), service("php"), service("nginx")],
    },
    "shop-entrance": { tier: "shop/entrance", services: [service("haproxy"), service("keepalived")] },
  };
  for (const [group, state] of Object.entries(states)) {
    fs.mkdirSync(at(`state/${group}`), { recursive: true });
    fs.writeFileSync(at(`state/${group}/state.json`), JSON.stringify(state));
  }
  const units = value(
    `[[s["unit"], s.get("beforeStop")] for s in upgrade.in_order(["shop/entrance", "shop/web", "shop/db"])]`,
  );
  expect(units).toEqual([
    ["keepalived", null],
    ["haproxy", null],
    ["nginx", null],
    ["php", ["stop", "nginx"]],
    ["mariadb", ["drain"]],
    ["agent", null],
  ]);
});
