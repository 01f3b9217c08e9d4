import * as path from "node:path";
import { hasFailed, type RequestRecord } from "../../lib/drills/request-record";
import { sleep } from "../../lib/core/parallel";
import { DeployedHive, type UnderFire } from "../support/deployed-hive";
import { LabClouds, type Moved } from "../support/lab-clouds";
import { PUBLIC } from "./programs/floating-address/addresses";

const MINUTES = 60_000;
jest.setTimeout(5 * MINUTES);

const ADDRESSES: readonly Moved[] = ["elastic", "reserved"];
const target = (moved: Moved) => ({ address: PUBLIC[moved], port: 80 });

// One hive and its clouds, through one loss after the other. Each test leaves both load balancers on.
let hive: DeployedHive;
let clouds: LabClouds;
beforeAll(async () => {
  hive = await DeployedHive.boot({
    program: path.join(__dirname, "programs/floating-address"),
    suite: "trixie",
    others: [LabClouds.machine("cloud", "a")],
  });
  clouds = await LabClouds.start(hive, ["lb-1", "lb-2"], hive.secret("reserved_reserved_ip_token"));
});
afterAll(async () => {
  expect(await hive?.remove()).toBe("0 containers, 0 networks, 0 volumes left");
});

const both = <T>(of: (moved: Moved) => Promise<T>): Promise<T[]> => Promise.all(ADDRESSES.map(of));
const ofBoth = (...names: string[]) => ADDRESSES.map(() => names);
const holders = () => both(async (moved) => (await clouds.state(moved)).holder);
const claims = () => both(async (moved) => (await clouds.state(moved)).claims);
const front = (moved: Moved) => hive.get(`http://${PUBLIC[moved]}/`);
const unit = (moved: Moved) => `beehive-address-moved-${moved}`;
const journal = (machine: string, moved: Moved) =>
  hive.shell(machine, `journalctl -o cat -u ${unit(moved)} | tail -n 40`);

const eventually = async (what: () => Promise<boolean>, seconds = 60) => {
  for (const deadline = Date.now() + seconds * 1000; !(await what()); await sleep(200)) {
    if (Date.now() > deadline) throw new Error(`not within ${seconds} s: ${String(what)}`);
  }
};
const says = (machine: string, moved: Moved, text: RegExp) =>
  eventually(async () => text.test(await journal(machine, moved).catch(() => "")));
const served = (moved: Moved) =>
  eventually(async () => {
    const answer = await front(moved).catch(() => "");
    return answer !== "";
  });

/** The network first, so that the kernel of the container says goodbye to nobody. */
const pullThePlug = async (machine: string) => {
  await hive.shell(machine, "ip link set eth0 down");
  await hive.lab.powerOff(machine);
};

/** Visitors at both addresses. */
const underFire = async <T>(work: () => Promise<T>): Promise<Record<Moved, UnderFire<unknown>> & { result: T }> => {
  const elastic = await hive.underFire(() => hive.underFire(work, target("reserved")), target("elastic"));
  const reserved = elastic.result;
  return { elastic, reserved, result: reserved.result };
};

/** The longest time in which nobody was served, in seconds, and how much of it was over when the API had moved the address. */
const outage = async (moved: Moved, { records, began, worst, failed }: UnderFire<unknown>) => {
  const answers = records.filter((one) => !hasFailed(one)).map(({ done }) => began + done);
  const gaps = answers.slice(1).map((end, i) => ({ begin: answers[i]!, end, seconds: end - answers[i]! }));
  const { begin, end, seconds } = gaps.reduce((most, gap) => (gap.seconds > most.seconds ? gap : most));
  const move = (await clouds.state(moved)).moves.at(-1)!;
  const text =
    `nobody was served for ${fixed(seconds)} s, the API had moved the address after ${fixed(move.at - begin)} s; ` +
    `a visitor waited ${fixed(worst)} s at most, and ${failed.length} of ${records.length} failed${causes(failed)}`;
  return { end, text };
};
const causes = (failed: readonly RequestRecord[]) =>
  [...new Set(failed.map(({ error }) => error))].map((cause) => ` (${cause})`).join("");
const fixed = (seconds: number) => seconds.toFixed(2);

test("one deploy makes it, and the first load balancer takes both addresses by the clouds' APIs", async () => {
  await hive.deploy();
  await both((moved) => eventually(async () => (await clouds.state(moved)).holder !== null));
  expect(await claims()).toEqual(ofBoth("lb-1"));
  for (const moved of ADDRESSES) expect(await front(moved)).toMatch(/^hello from web-\d$/);
});

test("the service runs without rights, and the token is its own", async () => {
  for (const moved of ADDRESSES) {
    const pid = await hive.shell("lb-1", `systemctl show -p MainPID --value ${unit(moved)}`);
    const status = await hive.shell("lb-1", `cat /proc/${pid}/status`);
    expect(status).toMatch(/^CapEff:\t0+$/m);
    expect(status).toMatch(/^NoNewPrivs:\t1$/m);
    expect(await hive.shell("lb-1", `stat -c %U /proc/${pid}`)).toBe("beehive-address");
  }
  expect(await hive.shell("lb-1", "stat -c '%a %U' /etc/beehive/address/moved-reserved/token")).toBe(
    "600 beehive-address",
  );
});

test("when the holder loses power, the other one takes both addresses and visitors are served again", async () => {
  const visitors = await underFire(async () => {
    await pullThePlug("lb-1");
    await both((moved) => eventually(async () => (await clouds.state(moved)).holder === "lb-2"));
    await both(served);
  });
  for (const moved of ADDRESSES) {
    console.info(`${moved}, holder without power: ${(await outage(moved, visitors[moved])).text}`);
  }
  expect(await claims()).toEqual(ofBoth("lb-1", "lb-2"));
});

test("the old holder comes back and takes nothing, and no visitor notices", async () => {
  const visitors = await underFire(async () => {
    await hive.lab.powerOn("lb-1");
    await both((moved) => says("lb-1", moved, new RegExp(`not elected; ${PUBLIC[moved]} is on`)));
    await eventually(
      async () =>
        (await hive.shell("lb-1", "systemctl is-active 'beehive-keepalived-moved-*' || true")) === "active\nactive",
    );
    await sleep(3000);
  });
  expect([visitors.elastic.failed, visitors.reserved.failed]).toEqual([[], []]);
  expect(await claims()).toEqual(ofBoth("lb-1", "lb-2"));
});

test("while the API fails, the elected machine keeps trying, and has the address when the API is back", async () => {
  await both((moved) => clouds.set(moved, { broken: true }));
  const visitors = await underFire(async () => {
    await pullThePlug("lb-2");
    await both((moved) => says("lb-1", moved, /elected; tries again: .*(InternalError|answers 500)/));
    await both((moved) => clouds.set(moved, { throttled: 1 }));
    await both((moved) => says("lb-1", moved, /elected; tries again: .*(RequestLimitExceeded|429)/));
    expect(await holders()).toEqual(["lb-2", "lb-2"]);
    await both((moved) => clouds.set(moved, { broken: false }));
    const since = Date.now() / 1000;
    await both((moved) => eventually(async () => (await clouds.state(moved)).holder === "lb-1"));
    await both(served);
    return since;
  });
  for (const moved of ADDRESSES) {
    const { end } = await outage(moved, visitors[moved]);
    console.info(`${moved}, API back: visitors are served after ${fixed(end - visitors.result)} s`);
  }
  expect(await claims()).toEqual(ofBoth("lb-1", "lb-2", "lb-1"));
  await hive.lab.powerOn("lb-2");
});

test("a second deploy changes nothing, whoever has the addresses by then", async () => {
  await both((moved) => says("lb-2", moved, /not elected/));
  expect(await hive.deploy()).toContain("No changes");
  expect(await claims()).toEqual(ofBoth("lb-1", "lb-2", "lb-1"));
});
