import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import * as fs from "node:fs";
import * as net from "node:net";
import * as os from "node:os";
import * as path from "node:path";
import { formatProof, Lab, SUITES, withLab } from "../../lib/lab";
import type { Manifest } from "../../lib/manifest/manifest";
import { manifestFor } from "../support/manifest";

const NOTHING = "0 containers, 0 networks, 0 volumes left";
const MINUTES = 60_000;

// Each test works with real machines; a test that hangs is ended by the timeouts of what it calls.
jest.setTimeout(5 * MINUTES);

let keys: string;
let publicKey: string;

beforeAll(() => {
  keys = fs.mkdtempSync(path.join(os.tmpdir(), "beehive-lab-test-"));
  execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", path.join(keys, "id")]);
  publicKey = path.join(keys, "id.pub");
});
afterAll(() => fs.rmSync(keys, { recursive: true, force: true }));

function ssh(user: string, address: string, command: string, port = 22): string {
  const trust = ["-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", "-o", "LogLevel=ERROR"];
  const access = ["-i", path.join(keys, "id"), "-o", "BatchMode=yes", "-o", "ConnectTimeout=5", "-p", String(port)];
  return execFileSync("ssh", [...trust, ...access, `${user}@${address}`, command], { encoding: "utf8" }).trim();
}

const hostKey = (address: string): string =>
  execFileSync("ssh-keyscan", ["-T", "5", "-t", "ed25519", address], { encoding: "utf8", stdio: "pipe" }).trim();

/** Whether the machine's kernel takes a connection; its programs may stand still. */
const connects = (host: string, port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = net.connect({ host, port, timeout: 2000 });
    const answer = (yes: boolean) => {
      socket.destroy();
      resolve(yes);
    };
    socket.on("connect", () => answer(true));
    socket.on("timeout", () => answer(false));
    socket.on("error", () => answer(false));
  });

const runsOf = async (stack: string) => (await Lab.list()).filter((run) => run.stack === stack);

describe.each(SUITES)("a lab of two machines, Debian %s", (suite) => {
  const manifest = manifestFor({
    stack: `lab-test-${suite}`,
    machines: {
      "web-1": { address: "10.78.0.11", packages: ["netcat-openbsd"] },
      "web-2": { address: "10.78.0.12", sshPort: 2222 },
    },
  });
  let lab: Lab;

  beforeAll(async () => {
    lab = await Lab.up(manifest, { suite, publicKey });
  });
  afterAll(async () => {
    if (lab !== undefined) expect(formatProof(await lab.down())).toBe(NOTHING);
  });

  test("machines let the key in, on their own address, name and port", () => {
    expect(ssh("root", "10.78.0.11", "hostname; cat /etc/debian_version | cut -d. -f1")).toBe(
      `web-1\n${suite === "trixie" ? 13 : 12}`,
    );
    expect(ssh("root", "10.78.0.12", "hostname", 2222)).toBe("web-2");
  });

  test("systemd runs as process 1 and no unit has failed", async () => {
    expect((await lab.exec("web-1", ["cat", "/proc/1/comm"])).stdout).toBe("systemd\n");
    expect((await lab.exec("web-1", ["systemctl", "--failed", "--quiet", "--no-legend"])).stdout.trim()).toBe("");
  });

  test("every machine made a host key of its own", () => {
    const fingerprint = (key: string) => key.split(" ")[2];
    const first = fingerprint(hostKey("10.78.0.11"));
    expect(first).toMatch(/^AAAA/);
    const second = ssh("root", "10.78.0.12", "cat /etc/ssh/ssh_host_ed25519_key.pub", 2222).split(" ")[1];
    expect(second).not.toBe(first);
  });

  test("its known_hosts are the keys that the machines show", async () => {
    const scan = (port: number, address: string) =>
      execFileSync("ssh-keyscan", ["-T", "5", "-p", String(port), address], { encoding: "utf8", stdio: "pipe" });
    expect(await lab.knownHosts()).toBe(scan(22, "10.78.0.11") + scan(2222, "10.78.0.12"));
  });

  test("the manifest's packages are downloaded, not installed, and install without a network", async () => {
    expect((await lab.exec("web-1", ["dpkg", "-s", "netcat-openbsd"])).status).not.toBe(0);
    const offline = ["-o", "Acquire::http::Proxy=http://127.0.0.1:9", "-o", "Acquire::Retries=0"];
    const install = ["apt-get", "-q", "-y", "--no-install-recommends", ...offline, "install", "netcat-openbsd"];
    expect(await lab.exec("web-1", install, { timeout: 120 })).toMatchObject({ status: 0 });
    expect((await lab.exec("web-1", ["dpkg", "-s", "netcat-openbsd"])).status).toBe(0);
  });

  test("a program gets its input and reports its status", async () => {
    expect(await lab.exec("web-1", ["sh", "-c", "cat; echo no >&2; exit 7"], { input: "yes" })).toEqual({
      status: 7,
      stdout: "yes",
      stderr: "no\n",
    });
  });

  test("a program that takes too long is ended on the machine", async () => {
    expect((await lab.exec("web-1", ["sleep", "4242"], { timeout: 1 })).status).toBe(124);
    expect((await lab.exec("web-1", ["sh", "-c", "cat /proc/*/comm"])).stdout).not.toMatch(/^sleep$/m);
  });

  test("a machine without power answers nothing, and comes back with its address, hardware address, key and files", async () => {
    const interfaces = async () => (await lab.exec("web-1", ["ip", "-o", "-4", "addr", "show", "dev", "eth0"])).stdout;
    const hardware = async () => (await lab.exec("web-1", ["cat", "/sys/class/net/eth0/address"])).stdout;
    const before = {
      address: (await interfaces()).split(/\s+/)[3],
      hardware: await hardware(),
      key: hostKey("10.78.0.11"),
    };
    await lab.exec("web-1", ["sh", "-c", "echo survives >/var/lib/note"]);

    expect(await connects("10.78.0.11", 22)).toBe(true);
    await lab.powerOff("web-1");
    expect(await lab.isRunning("web-1")).toBe(false);
    expect(await connects("10.78.0.11", 22)).toBe(false);
    await expect(lab.exec("web-1", ["true"])).rejects.toThrow("machine web-1 is not running");

    await lab.powerOn("web-1");
    expect(await lab.isRunning("web-1")).toBe(true);
    expect(ssh("root", "10.78.0.11", "cat /var/lib/note")).toBe("survives");
    const after = {
      address: (await interfaces()).split(/\s+/)[3],
      hardware: await hardware(),
      key: hostKey("10.78.0.11"),
    };
    expect(after).toEqual(before);
  });

  test("a paused machine stands still and goes on", async () => {
    await lab.pause("web-2");
    expect(await connects("10.78.0.12", 2222)).toBe(true);
    expect(() => ssh("root", "10.78.0.12", "true", 2222)).toThrow();
    await lab.unpause("web-2");
    expect(ssh("root", "10.78.0.12", "hostname", 2222)).toBe("web-2");
  });

  test("machines reach each other", async () => {
    expect((await lab.exec("web-1", ["ping", "-c", "1", "-W", "2", "10.78.0.12"])).status).toBe(0);
  });

  test("another process finds the lab by its stack and by its run", async () => {
    for (const name of [manifest.stack, lab.runId]) {
      const attached = await Lab.attach(name);
      expect(attached.runId).toBe(lab.runId);
      expect(attached.machines).toEqual(lab.machines);
    }
    await expect(Lab.attach("nowhere")).rejects.toThrow('there is no lab "nowhere"');
  });

  test("a second lab of the same stack is refused with the run that is there", async () => {
    await expect(Lab.up(manifest, { suite, publicKey })).rejects.toThrow(`already has a lab, run ${lab.runId}`);
  });

  test("a lab of another stack on the same network is refused with the one that uses it", async () => {
    const other = manifestFor({ stack: "lab-test-other", machines: { a: "10.78.0.99" } });
    await expect(Lab.up(other, { suite, publicKey })).rejects.toThrow(`lab ${manifest.stack}, run ${lab.runId}`);
    expect(await runsOf("lab-test-other")).toEqual([]);
  });

  test("a living owner's lab is not swept", async () => {
    const swept = await Lab.sweep();
    expect(swept.map(({ runId }) => runId)).not.toContain(lab.runId);
    expect(await lab.isRunning("web-1")).toBe(true);
  });

  test("unknown machines are refused with those that there are", async () => {
    await expect(lab.powerOff("web-9")).rejects.toThrow("its machines are web-1, web-2");
  });
});

describe("what a lab leaves behind", () => {
  const manifest = manifestFor({ stack: "lab-test-owner", machines: { a: "10.78.0.21", b: "10.78.0.22" } });
  let child: ChildProcess | undefined;

  afterEach(async () => {
    child?.kill("SIGKILL");
    for (const { runId } of await runsOf(manifest.stack)) await (await Lab.attach(runId)).down();
  });

  /** A process with a lab of its own. Resolves when it says a line that the pattern fits. */
  async function ownerSays(pattern: RegExp, of: Manifest = manifest): Promise<ChildProcess> {
    const support = path.join(__dirname, "..", "support");
    const args = ["-r", "tsx/cjs", path.join(support, "lab-owner.ts")];
    const started = spawn(process.execPath, [...args, JSON.stringify(of), publicKey], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    child = started;
    let said = "";
    await new Promise<void>((resolve, reject) => {
      started.stdout.on("data", (chunk: Buffer) => {
        said += chunk.toString();
        if (pattern.test(said)) resolve();
      });
      started.on("close", () => reject(new Error(`the owner ended early: ${said}`)));
    });
    return started;
  }

  const ending = (of: ChildProcess) => new Promise<number | null>((done) => of.on("close", done));

  test("the lab of an owner that got SIGKILL is swept at the next start", async () => {
    const owner = await ownerSays(/^up /m);
    const [run] = await runsOf(manifest.stack);
    expect(run).toMatchObject({ ownerAlive: true, keep: false });
    expect(run?.machines.map(({ name, running }) => [name, running])).toEqual([
      ["a", true],
      ["b", true],
    ]);
    const ended = ending(owner);
    owner.kill("SIGKILL");
    await ended;
    expect((await runsOf(manifest.stack))[0]?.ownerAlive).toBe(false);

    const proof = await withLab(manifest, { publicKey }, async (lab) => {
      expect((await runsOf(manifest.stack)).map(({ runId }) => runId)).toEqual([lab.runId]);
      return lab.down();
    });
    expect(formatProof(proof)).toBe(NOTHING);
  });

  test.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const)("%s removes the lab before the owner ends with %i", async (signal, status) => {
    const owner = await ownerSays(/^up /m);
    const ended = ending(owner);
    owner.kill(signal);
    expect(await ended).toBe(status);
    expect(await runsOf(manifest.stack)).toEqual([]);
  });

  test("SIGINT in the middle of booting leaves nothing", async () => {
    const owner = await ownerSays(/power on/);
    const ended = ending(owner);
    owner.kill("SIGINT");
    expect(await ended).toBe(130);
    expect(await runsOf(manifest.stack)).toEqual([]);
  });

  test("an error in the work with a lab removes the lab and is passed on", async () => {
    const broken = withLab(manifest, { publicKey }, () => Promise.reject(new Error("the drill broke")));
    await expect(broken).rejects.toThrow("the drill broke");
    expect(await runsOf(manifest.stack)).toEqual([]);
  });

  test("a lab that is kept stays after the work, is not swept, and is removed twice without complaint", async () => {
    const lab = await withLab(manifest, { publicKey, keep: true }, (kept) => Promise.resolve(kept));
    await Lab.sweep();
    expect(await runsOf(manifest.stack)).toMatchObject([{ runId: lab.runId, keep: true }]);
    expect(formatProof(await lab.down())).toBe(NOTHING);
    expect(formatProof(await lab.down())).toBe(NOTHING);
  });

  test("a package that Debian does not have is refused by name, and nothing is left", async () => {
    const machines = { a: { address: "10.78.0.21", packages: ["procps", "beehive-no-such-package"] } };
    const up = Lab.up(manifestFor({ stack: manifest.stack, machines }), { publicKey });
    await expect(up).rejects.toThrow("Debian trixie cannot install beehive-no-such-package");
    expect(await runsOf(manifest.stack)).toEqual([]);
  });

  test("a user who is not root gets in and may use sudo", async () => {
    const site = { ssh: { user: "operator" } };
    await withLab(
      manifestFor({ stack: manifest.stack, machines: { a: "10.78.0.21" }, site }),
      { publicKey },
      async () => {
        expect(ssh("operator", "10.78.0.21", "whoami; sudo -n whoami")).toBe("operator\nroot");
      },
    );
  });

  test("a machine with a private address of its own answers on both, and others reach the private one", async () => {
    const machines = {
      a: { address: "10.78.0.21", privateAddress: "10.78.1.21" },
      b: { address: "10.78.0.22", privateAddress: "10.78.1.22" },
    };
    await withLab(manifestFor({ stack: manifest.stack, machines }), { publicKey }, async (lab) => {
      expect(ssh("root", "10.78.0.21", "hostname")).toBe("a");
      expect((await lab.exec("b", ["ping", "-c", "1", "-W", "2", "10.78.1.21"])).status).toBe(0);
    });
  });
});
