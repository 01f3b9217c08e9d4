import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { factPlaceholder, factsDigestPlaceholder } from "../../../lib/software/placeholders";

const MODULES = path.resolve(__dirname, "../../../lib/rollout/machine");

/** The program itself, with the folders of the machine in a folder of the test, and run by whoever runs the test. */
const RUN = `
import os, sys
sys.path.insert(0, "${MODULES}")
from beehive_apply import cli, files, folders, journal, turns
root = sys.argv[1]
journal.STATE, files.STAGE, turns.LOCK = f"{root}/state", f"{root}/stage", f"{root}/lock"
folders.OWNERS = {0, os.getuid()}
os.geteuid = lambda: 0
sys.exit(cli.main(sys.argv[2:]))
`;

const root = fs.mkdtempSync(path.join(os.tmpdir(), "beehive-test-"));
afterAll(() => fs.rmSync(root, { recursive: true }));
const at = (name: string): string => path.join(root, name);
const { username } = os.userInfo();
const group = spawnSync("id", ["--group", "--name"], { encoding: "utf8" }).stdout.trim();

function run(...args: string[]): { status: number | null; said: string } {
  const { status, stdout, stderr } = spawnSync("python3", ["-B", "-c", RUN, root, ...args], { encoding: "utf8" });
  return { status, said: (stdout + stderr).replaceAll(root, "ROOT").trim() };
}

/** Writes a bundle that makes one file of `content`, and gives its path. */
function bundle(content: string, machine = "{{beehive:self:name}}"): string {
  const files = [{ path: at("made"), content, owner: username, group }];
  const software = [{ name: "one", packages: [], files, services: [], gate: [], ports: [] }];
  fs.writeFileSync(
    at("bundle"),
    JSON.stringify({ version: 1, group: "shop-web", tier: "shop/web", machine, software, secrets: [] }),
  );
  return at("bundle");
}

function facts(values: unknown): string {
  fs.writeFileSync(at("facts"), JSON.stringify(values));
  return at("facts");
}

const self = ["--name", "web-a", "--address", "10.64.0.11"];
const made = (): string => fs.readFileSync(at("made"), "utf8");

describe("beehive-apply apply", () => {
  test("puts facts wherever they stand, before the bundle is read", () => {
    const content = `server ${factPlaceholder("address/web-b")}:80 {{beehive:self:address}}`;
    const { status, said } = run(
      "apply",
      ...self,
      "--facts",
      facts({ "address/web-b": "10.64.1.12" }),
      bundle(content),
    );
    expect([status, said]).toEqual([
      0,
      expect.stringMatching(/^beehive web-a shop\/web: ok: 1 file changed, gate passed/),
    ]);
    expect(made()).toBe("server 10.64.1.12:80 10.64.0.11");
  });

  test("shows what a gate warns of, and nothing else that it prints", () => {
    const script = "echo all is well; echo 'warning: one table is on one node alone'";
    const gate = [{ description: "tables", command: ["sh", "-c", script], timeoutSeconds: 5 }];
    const software = [{ name: "one", packages: [], files: [], services: [], gate, ports: [] }];
    const whole = { version: 1, group: "shop-db", tier: "shop/db", machine: "{{beehive:self:name}}" };
    fs.writeFileSync(at("bundle"), JSON.stringify({ ...whole, software, secrets: [] }));
    const { status, said } = run("apply", ...self, at("bundle"));
    const lines = said.split("\n").map((line) => line.replace(/^beehive web-a shop\/db: /, ""));
    expect(status).toBe(0);
    expect(lines).toContain("warning: one table is on one node alone");
    expect(said).not.toContain("all is well");
  });

  test("finds a fact that is named after the machine itself", () => {
    const content = factPlaceholder("device/{{beehive:self:name}}/data");
    run("apply", ...self, "--facts", facts({ "device/web-a/data": "/dev/sdb" }), bundle(content));
    expect(made()).toBe("/dev/sdb");
  });

  test("takes a value for what it is, whatever signs are in it", () => {
    const value = 'a "quoted" \\ back\nslash {{}} é';
    run("apply", ...self, "--facts", facts({ odd: value }), bundle(`<${factPlaceholder("odd")}>`));
    expect(made()).toBe(`<${value}>`);
  });

  test("needs no facts where none are named", () => {
    expect(run("apply", ...self, bundle("plain")).status).toBe(0);
    expect(made()).toBe("plain");
  });

  test("tells by a digest that facts have changed", () => {
    const digests = ["10.64.1.12", "10.64.1.12", "10.64.1.13"].map((address) => {
      run(
        "apply",
        ...self,
        "--facts",
        facts({ b: address }),
        bundle(`${factPlaceholder("b")} ${factsDigestPlaceholder}`),
      );
      return made().split(" ")[1]!;
    });
    expect(digests[0]).toMatch(/^[0-9a-f]{16}$/);
    expect(digests[1]).toBe(digests[0]);
    expect(digests[2]).not.toBe(digests[0]);
  });

  test.each([
    ["was not delivered", {}, "the fact address/web-b was not delivered; run cdktf synth and deploy again"],
    [
      "Terraform does not know",
      { "address/web-b": null },
      "the fact address/web-b has no value; Terraform knows none. Look at what should have it with terraform show",
    ],
    [
      "is empty",
      { "address/web-b": "" },
      "the fact address/web-b has no value; Terraform knows none. Look at what should have it with terraform show",
    ],
  ])("refuses a fact that %s, before it touches anything", (_, values, problem) => {
    run("apply", ...self, bundle("before"));
    const { status, said } = run("apply", ...self, "--facts", facts(values), bundle(factPlaceholder("address/web-b")));
    expect([status, said]).toEqual([1, `beehive web-a: REFUSED: ${problem}`]);
    expect(made()).toBe("before");
  });

  test.each([
    ["no name", ["--address", "10.64.0.11", "bundle"]],
    ["no bundle", self],
    ["an option without a value", [...self, "--facts"]],
    ["an option twice", [...self, "--name", "web-b", "bundle"]],
    ["an option that it does not know", [...self, "--fact", "file", "bundle"]],
  ])("says how it is used when there is %s", (_, args) => {
    const { status, said } = run("apply", ...args);
    expect([status, said]).toEqual([3, expect.stringContaining("--address ADDRESS [--facts FILE] [--content SHA256]")]);
  });
});

describe("beehive-apply and what was delivered", () => {
  const sha256 = (file: string) => createHash("sha256").update(fs.readFileSync(file)).digest("hex");

  test("takes the bundle that was sent", () => {
    const file = bundle("sent");
    expect(run("apply", ...self, "--content", sha256(file), file).status).toBe(0);
    expect(made()).toBe("sent");
  });

  test("refuses a bundle that another deploy has exchanged, before it touches anything", () => {
    run("apply", ...self, bundle("before"));
    const hash = sha256(bundle("mine"));
    const { status, said } = run("apply", ...self, "--content", hash, bundle("theirs"));
    expect([status, said]).toEqual([
      1,
      `beehive web-a: REFUSED: the bundle that arrived (${sha256(at("bundle")).slice(0, 12)}) is not the one that was sent ` +
        `(${hash.slice(0, 12)}); the transfer was cut, or another deploy has written the same file. Deploy again`,
    ]);
    expect(made()).toBe("before");
  });

  test.each([
    ["works", "{{beehive:secret:password}}", 0],
    ["is refused", "{{beehive:secret:other}}", 1],
  ])("the file of the secrets is gone when a run %s", (_, content, expected) => {
    fs.writeFileSync(at("secrets"), JSON.stringify({ password: "0123456789" }));
    expect(run("apply", ...self, bundle(content), at("secrets")).status).toBe(expected);
    expect(fs.existsSync(at("secrets"))).toBe(false);
  });

  test("what an abandoned deploy has left is removed, and what another one has just brought is not", () => {
    fs.mkdirSync(at("home/.beehive"), { recursive: true });
    const file = (name: string, age: number) => {
      fs.writeFileSync(at(`home/.beehive/${name}`), "{}");
      fs.utimesSync(at(`home/.beehive/${name}`), Date.now() / 1000 - age, Date.now() / 1000 - age);
    };
    file("shop-web.1.secrets.json", 900);
    file("shop-web.2.secrets.json", 3);
    file("shop-webshop.1.secrets.json", 900);
    file("script-1234.sh", 900);
    fs.copyFileSync(bundle("mine"), at("home/.beehive/shop-web.3.json"));
    expect(run("apply", ...self, at("home/.beehive/shop-web.3.json")).status).toBe(0);
    expect(fs.readdirSync(at("home/.beehive")).sort()).toEqual([
      "shop-web.2.secrets.json",
      "shop-web.3.json",
      "shop-webshop.1.secrets.json",
    ]);
    fs.rmSync(at("home"), { recursive: true });
  });
});

describe("beehive-apply beside another run", () => {
  /** Another run, at work until it is killed. `alone`: nobody listens to it any more. */
  async function atWork(what: string, tier: string, { alone = false } = {}): Promise<() => void> {
    const code = `
import os, sys, time
sys.path.insert(0, "${MODULES}")
from beehive_apply import turns
turns.LOCK = sys.argv[1] + "/lock"
held = turns.take(sys.argv[2], sys.argv[3], "alice from 198.51.100.7")
open(sys.argv[1] + "/at-work", "w").write(str(os.getpid()))
time.sleep(60)
`;
    fs.rmSync(at("at-work"), { force: true });
    const python = ["-B", "-c", code, root, what, tier];
    const [program, args] = alone ? ["sh", ["-c", '"$@" &', "sh", "python3", ...python]] : ["python3", python];
    spawn(program as string, args as string[], { stdio: "ignore", detached: true });
    while (!fs.existsSync(at("at-work")) || fs.readFileSync(at("at-work"), "utf8") === "")
      await new Promise((resolve) => setTimeout(resolve, 20));
    const pid = Number(fs.readFileSync(at("at-work"), "utf8"));
    return () => {
      if (fs.existsSync(`/proc/${pid}`)) process.kill(pid, "SIGKILL");
    };
  }

  /** Ends the other run while this one waits. */
  async function runWhile(end: () => void, ...args: string[]) {
    const child = spawn("python3", ["-B", "-c", RUN, root, ...args]);
    let said = "";
    child.stdout.on("data", (chunk: Buffer) => {
      said += chunk.toString();
      if (said.includes("waiting for")) end();
    });
    const status = await new Promise<number | null>((resolve) => child.on("close", resolve));
    return { status, said: said.trim() };
  }

  const SINCE = String.raw`since \d\d:\d\d:\d\d UTC \(\d+ s\)`;

  test("for the same tier, from another laptop, it is refused with who is at work since when", async () => {
    run("apply", ...self, bundle("before"));
    const end = await atWork("shop-web", "shop/web");
    const { status, said } = run("apply", ...self, "--by", "bob", "--connection", "203.0.113.9 5 6 22", bundle("mine"));
    end();
    expect(said).toMatch(
      new RegExp(
        `^beehive web-a shop/web: REFUSED: alice from 198\\.51\\.100\\.7 \\(shop/web\\) is at work here, ${SINCE}; each of the two would ` +
          "report what the other one brought\\. Wait until that run has ended, look at what it brought",
      ),
    );
    expect(status).toBe(1);
    expect(made()).toBe("before");
  });

  test("for another tier of the machine, which the same deploy may bring, it waits", async () => {
    const end = await atWork("shop-db", "shop/db");
    const { status, said } = await runWhile(end, "apply", ...self, bundle("after"));
    expect(said).toMatch(
      new RegExp(
        `^beehive web-a shop/web: waiting for alice from 198\\.51\\.100\\.7 \\(shop/db\\), ${SINCE}\n.*: ok: `,
      ),
    );
    expect([status, made()]).toEqual([0, "after"]);
  });

  test("that has lost its connection, it waits", async () => {
    const end = await atWork("shop-web", "shop/web", { alone: true });
    const { status, said } = await runWhile(end, "apply", ...self, bundle("again"));
    expect(said).toMatch(/waiting for alice from 198\.51\.100\.7 \(shop\/web\)/);
    expect([status, made()]).toEqual([0, "again"]);
  });

  test("that prepares the machine, a tier of another deploy is refused, and the reverse", async () => {
    const end = await atWork("packages", "packages");
    expect(run("apply", ...self, bundle("mine")).said).toContain("(packages) is at work here");
    end();
    const done = await atWork("shop-db", "shop/db");
    fs.writeFileSync(at("request"), JSON.stringify({ packages: [], quiet: [], unused: [] }));
    expect(run("prepare", at("request")).said).toContain("(shop/db) is at work here");
    done();
  });

  test("a member that leaves waits for whoever is at work", async () => {
    run("apply", ...self, bundle("something"));
    const end = await atWork("shop-web", "shop/web");
    const { status, said } = await runWhile(end, "retire", "shop-web", "web-a");
    expect([status, said]).toEqual([0, expect.stringContaining("shop-web is retired")]);
  });

  test("only root may read who is at work", () => {
    run("apply", ...self, bundle("something"));
    expect((fs.statSync(at("lock")).mode & 0o777).toString(8)).toBe("600");
  });
});

describe("beehive-apply retire", () => {
  beforeEach(() => run("apply", ...self, bundle("something")));

  test("removes what was brought to the machine of that name", () => {
    expect(run("retire", "shop-web", "web-a")).toEqual({
      status: 0,
      said: expect.stringContaining("shop-web is retired"),
    });
    expect(fs.existsSync(at("made"))).toBe(false);
  });

  test("leaves a machine alone that has got the address of the one that left", () => {
    const { status, said } = run("retire", "shop-web", "web-b");
    expect([status, said]).toEqual([
      0,
      expect.stringMatching(/: shop-web is here for web-a, not for web-b, nothing to retire$/),
    ]);
    expect(made()).toBe("something");
  });

  test("asks for no name where none was kept", () => {
    expect(run("retire", "shop-web").said).toContain("shop-web is retired");
  });

  test("finds nothing where nothing was brought", () => {
    expect(run("retire", "shop-db", "web-a").said).toMatch(/: shop-db is not here, nothing to retire$/);
  });
});

describe("beehive-apply and folders of others", () => {
  const folders = (...directories: { path: string; mode?: string }[]): string => {
    const owned = directories.map((directory) => ({ ...directory, owner: username, group }));
    const software = [{ name: "one", packages: [], directories: owned, files: [], services: [], gate: [], ports: [] }];
    fs.writeFileSync(
      at("bundle"),
      JSON.stringify({ version: 1, group: "shop-web", tier: "shop/web", machine: "web-a", software, secrets: [] }),
    );
    return at("bundle");
  };
  const modeOf = (file: string) => (fs.statSync(file).mode & 0o7777).toString(8);

  test("makes a folder with everything above it, and gives it its mode", () => {
    expect(run("apply", ...self, folders({ path: at("state/of/app"), mode: "0700" })).status).toBe(0);
    expect([modeOf(at("state/of")), modeOf(at("state/of/app"))]).toEqual(["755", "700"]);
  });

  test("gives away no folder that a link leads to", () => {
    fs.mkdirSync(at("precious"), { mode: 0o700 });
    fs.symlinkSync(at("precious"), at("sessions"));
    const { status, said } = run("apply", ...self, folders({ path: at("sessions"), mode: "0777" }));
    expect([status, said]).toEqual([
      1,
      "beehive web-a shop/web: REFUSED: ROOT/sessions is no folder, but a file or a link; Beehive follows none. " +
        "Move it away and deploy again",
    ]);
    expect(modeOf(at("precious"))).toBe("700");
  });

  test("writes nothing through a link among the folders of a path", () => {
    fs.mkdirSync(at("elsewhere"));
    fs.symlinkSync(at("elsewhere"), at("released"));
    const files = [{ path: at("released/made"), content: "x", owner: username, group }];
    const software = [{ name: "one", packages: [], files, services: [], gate: [], ports: [] }];
    fs.writeFileSync(
      at("bundle"),
      JSON.stringify({ version: 1, group: "shop-web", tier: "shop/web", machine: "web-a", software, secrets: [] }),
    );
    expect(run("apply", ...self, at("bundle")).status).toBe(1);
    expect(fs.readdirSync(at("elsewhere"))).toEqual([]);
  });

  test("works in no folder in which others may replace what is there", () => {
    fs.mkdirSync(at("open"));
    fs.chmodSync(at("open"), 0o777);
    const { status, said } = run("apply", ...self, folders({ path: at("open/below") }));
    expect([status, said]).toEqual([
      1,
      `beehive web-a shop/web: REFUSED: ROOT/open belongs to ${username} (mode 0777), so that what lies in it may be replaced ` +
        "by others than root. Give it back: chown root ROOT/open && chmod go-w ROOT/open",
    ]);
    expect(fs.existsSync(at("open/below"))).toBe(false);
  });
});

describe("beehive-apply and what stands in its way", () => {
  const release = (files: object[], checks: object[] = []): string => {
    const owned = files.map((file) => ({ content: "new", owner: username, group, ...file }));
    const software = [{ name: "one", packages: [], files: owned, checks, services: [], gate: [], ports: [] }];
    fs.writeFileSync(
      at("bundle"),
      JSON.stringify({ version: 1, group: "shop-odd", tier: "shop/odd", machine: "web-a", software, secrets: [] }),
    );
    return at("bundle");
  };
  const refusal = (file: string): string => {
    const { status, said } = run("apply", ...self, file);
    expect(status).toBe(1);
    return said;
  };

  test("takes no folder away that holds files of others", () => {
    fs.mkdirSync(at("theirs/below"), { recursive: true });
    fs.writeFileSync(at("theirs/below/precious"), "");
    expect(refusal(release([{ path: at("first") }, { path: at("theirs") }]))).toContain(
      "REFUSED: ROOT/theirs is a folder with files that Beehive did not bring (ROOT/theirs/below/precious), and a file is to take " +
        "its place. Move it away and deploy again",
    );
    expect([fs.existsSync(at("theirs/below/precious")), fs.existsSync(at("first"))]).toEqual([true, false]);
  });

  test("says what the system said, and changes nothing", () => {
    const long = "x".repeat(300);
    expect(refusal(release([{ path: at("first") }, { path: at(long) }]))).toContain(
      "REFUSED: OSError: [Errno 36] File name too",
    );
    expect(fs.existsSync(at("first"))).toBe(false);
  });

  test("brings back what an older version of it kept on another filesystem, with the mode it had", () => {
    fs.writeFileSync(at("kept"), "last good", { mode: 0o640 });
    fs.writeFileSync(at("half"), "half done");
    fs.mkdirSync(at("state/shop-odd"), { recursive: true });
    fs.writeFileSync(
      at("state/shop-odd/journal.json"),
      JSON.stringify({ files: { [at("half")]: at("kept") }, services: [] }),
    );
    const failing = [{ description: "it works", command: ["false"] }];
    expect(refusal(release([{ path: at("half") }], failing))).toContain("REFUSED: it works: no:");
    expect([fs.readFileSync(at("half"), "utf8"), fs.statSync(at("half")).mode & 0o777]).toEqual(["last good", 0o640]);
  });

  test("leaves what deploys deliver to root's home alone, also when a managed file lies there", () => {
    fs.mkdirSync(at("root/.beehive"), { recursive: true });
    fs.writeFileSync(at("root/.beehive/shop-db.1.json"), "{}");
    run("apply", ...self, release([{ path: at("root/.my.cnf") }]));
    expect(fs.readdirSync(at("root")).sort()).toEqual([".beehive", ".my.cnf"]);
    expect(fs.readdirSync(at("root/.beehive"))).toEqual(["shop-db.1.json"]);
    fs.rmSync(at("root"), { recursive: true });
  });

  test("leaves nothing of an exchange behind", () => {
    run("apply", ...self, release([{ path: at("one/two") }]));
    expect(fs.readdirSync(root, { recursive: true }).filter((name) => String(name).includes(".beehive"))).toEqual([]);
  });
});
