import * as path from "node:path";
import { runProgram } from "../../lib/cli/run-program";
import { DeployedHive } from "../support/deployed-hive";

const MINUTES = 60_000;
jest.setTimeout(5 * MINUTES);

// Hosts that serve something already: web-1 with a unit that the tier's packages bring, web-2 on the tier's port.
let hive: DeployedHive;
beforeAll(async () => {
  hive = await DeployedHive.boot({ program: path.join(__dirname, "programs/foreign"), suite: "trixie" });
  await Promise.all([
    hive.shell("web-1", "DEBIAN_FRONTEND=noninteractive apt-get -q -y --no-install-recommends install nginx 2>&1"),
    hive.write("web-2", "/srv/owner/index.html", "the owner's"),
    hive.write(
      "web-2",
      "/etc/systemd/system/owner.service",
      "[Service]\nExecStart=python3 -m http.server --directory /srv/owner 8080\n[Install]\nWantedBy=multi-user.target\n",
    ),
  ]);
  await hive.write("web-1", "/var/www/html/index.html", "the owner's");
  await hive.shell("web-2", "systemctl enable --now owner.service");
});
afterAll(async () => {
  expect(await hive?.remove()).toBe("0 containers, 0 networks, 0 volumes left");
});

const OWNERS = { "web-1": ["nginx.service", 80], "web-2": ["owner.service", 8080] } as const;
type Machine = keyof typeof OWNERS;
const MACHINES = Object.keys(OWNERS) as Machine[];

/** The tier lets nobody else in: the hive's page is asked for on its machine. */
const hives = (machine: Machine) =>
  hive.shell(
    machine,
    `python3 -c "import urllib.request as u; print(u.urlopen('http://10.83.0.${machine === "web-1" ? 11 : 12}:8080/health.php', timeout=3).read().decode())"`,
  );
const ask = (machine: Machine, port: number) =>
  hive
    .get(`http://10.83.0.${machine === "web-1" ? 11 : 12}:${port}/`)
    .catch((error: Error) => `no answer: ${error.message}`);
const stateOf = (machine: Machine) =>
  hive.shell(machine, `systemctl show -p ActiveState,UnitFileState --value ${OWNERS[machine][0]}`);
/** Since it began, it is the same process. */
const lives = () =>
  Promise.all(
    MACHINES.map((machine) =>
      hive.shell(machine, `systemctl show -p MainPID,ActiveEnterTimestampMonotonic ${OWNERS[machine][0]}`),
    ),
  );
const served = () => Promise.all(MACHINES.map((machine) => ask(machine, OWNERS[machine][1])));
const states = () => Promise.all(MACHINES.map(stateOf));
const OWNER_SERVES = ["the owner's", "the owner's"];
const RUNS = ["active\nenabled", "active\nenabled"];
const GONE = ["inactive\ndisabled", "inactive\ndisabled"];

test("a deploy that is not allowed to touches none of the owner's services, and installs nothing", async () => {
  const before = await lives();
  const said = await hive.deploy().catch((error: Error) => error.message);
  expect(said).toContain("beehive web-1: REFUSED: this host is not ready, and nothing of its owner's was touched:");
  expect(said).toMatch(
    /nginx\.service \(.*\) runs and is enabled, and Beehive did not start it\. Choose: let Beehive stop it while tiers are here \(takeOver: \["nginx\.service"\] on the host\), or give the tier another host/,
  );
  expect(said).toMatch(
    /owner\.service listens on port 8080\/tcp of 0\.0\.0\.0, which a tier needs \(nginx, HTTP\)\. Choose: let .*takeOver: \["owner\.service"\].*, another port \(app\.port of the tier\), or/,
  );
  expect([await lives(), await served(), await states()]).toEqual([before, OWNER_SERVES, RUNS]);
  for (const machine of MACHINES) {
    expect(
      await hive.shell(machine, "command -v php || ls /usr/local/lib/beehive /var/lib/beehive 2>/dev/null || true"),
    ).toBe("");
  }
});

test("check-hosts says the same without a deploy, and touches nothing", async () => {
  const before = await lives();
  const beehive = path.resolve("bin/beehive.js");
  const args = [beehive, "check-hosts", "--manifest", path.join(hive.stackFolder, "beehive.json")];
  const { status, output } = await runProgram(process.execPath, args);
  expect(status).toBe(1);
  expect(output).toMatch(/│ web-1 │ Debian GNU\/Linux 13 \(trixie\)/);
  expect(output).toContain("  - nginx.service (");
  expect(output).toContain("  - owner.service listens on port 8080/tcp of 0.0.0.0");
  expect(output).toContain("2 things are in the way of a deploy. Nothing was changed.");
  expect([await lives(), await served(), await states()]).toEqual([before, OWNER_SERVES, RUNS]);
});

test("a shell that prints a greeting, and a sudo that wants a password, are named by check-hosts", async () => {
  await hive.shell("web-1", "echo 'echo Welcome to my server' >~deploy/.bashrc");
  await hive.shell("web-2", "mv /etc/sudoers.d/deploy /root/");
  const args = ["bin/beehive.js", "check-hosts", "--manifest", path.join(hive.stackFolder, "beehive.json")];
  const { output } = await runProgram(process.execPath, args);
  expect(output).toContain('the shell of deploy prints text before commands ("Welcome to my server")');
  expect(output).toContain("sudo asks deploy for a password, or refuses; nobody is there to type it");
  await hive.shell("web-1", "rm ~deploy/.bashrc");
  const said = await hive.apply().catch((error: Error) => error.message);
  expect(said).toContain(
    "beehive: REFUSED: sudo asks deploy for a password, or refuses. As root on the machine: echo 'deploy ALL=",
  );
  await hive.shell("web-2", "mv /root/deploy /etc/sudoers.d/");
});

test("a first release that is refused brings them back as they were", async () => {
  const said = await hive.apply({ takeOver: true, broken: true }).catch((error: Error) => error.message);
  expect(said).toContain("beehive web-1 foreign/web: nginx.service: stopping, as the program allows");
  expect(said).toContain("REFUSED: the release serves: not within");
  expect([await served(), await states()]).toEqual([OWNER_SERVES, RUNS]);
  expect(await hive.shell("web-1", "systemctl list-units --all --no-legend 'beehive-*foreign*'")).toBe("");
});

test("what the program names makes room", async () => {
  await hive.apply({ takeOver: true });
  expect(await states()).toEqual(GONE);
  expect(await Promise.all(MACHINES.map(hives))).toEqual(["the hive's", "the hive's"]);
  expect(await hive.hasChanges({ takeOver: true })).toBe(false);
});

test("a broken release later brings back the hive's, not the owner's", async () => {
  const said = await hive.apply({ takeOver: true, broken: true }).catch((error: Error) => error.message);
  expect(said).toContain("The previous configuration is restored and serving.");
  expect(await hives("web-1")).toBe("the hive's");
  expect(await states()).toEqual(GONE);
});

test("when the tier leaves, they come back", async () => {
  await hive.destroy({ takeOver: true });
  expect([await served(), await states()]).toEqual([OWNER_SERVES, RUNS]);
});
