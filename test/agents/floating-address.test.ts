import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Suite } from "../../lib/lab/apt-sources";
import type { CommandResult } from "../../lib/lab/command";
import { parallel } from "../../lib/core/parallel";
import { elasticAddress } from "../../lib/software/floating-address/elastic-address";
import { reservedAddress } from "../../lib/software/floating-address/reserved-address";
import type { Software } from "../../lib/software/software";
import { checkerOf, daemonImage, prepared, type DaemonImage, type Prepared } from "../support/daemon-image";

jest.setTimeout(600_000);

const common = {
  instance: "shop-entrance",
  constructPath: "shop/entrance",
  self: { name: "lb-a", address: "10.80.0.11" },
  peers: [
    { name: "lb-b", address: "10.80.0.12" },
    { name: "lb-c", address: "10.80.0.13" },
  ],
  routerId: 100,
  priority: 200,
  readyPort: 18100,
  servingUnit: "beehive-haproxy-shop-entrance.service",
  address: "203.0.113.7",
  port: 80,
};
const elastic = (): Software => elasticAddress({ ...common, region: "eu-central-1", allocationId: "eipalloc-1" });
const reserved = (): Software => reservedAddress({ ...common, tokenSecret: "token" });

const PACKAGES = [...new Set([...elastic().packages, ...reserved().packages])];
const SCENARIOS = join(__dirname, "floating-address");
const APPLY = join(__dirname, "../../lib/rollout/machine/beehive_apply");
const SUPPORT = "/usr/local/lib/beehive-test";

/** The programs as they are on a machine, and what tests them. */
const machine = (software: Software): Prepared => {
  const { files = [], ...rest } = prepared(software);
  const modules = (folder: string, name: string) =>
    readdirSync(folder)
      .filter((file) => file.endsWith(".py"))
      .map((file) => ({ path: `${SUPPORT}/${name}/${file}`, content: readFileSync(join(folder, file), "utf8") }));
  const support = modules(join(SCENARIOS, "support"), "address_support");
  return { ...rest, files: [...files, ...support, ...modules(APPLY, "beehive_apply")] };
};

/** Programs that look at the agents, keepalived and the kernel, each in a container of its own. */
const PROGRAMS = [
  {
    holds: "an elastic IP moves to the elected machine, whatever the API does",
    program: ["aws.py", "ElasticIpMoves"],
    software: elastic(),
  },
  {
    holds: "an elastic IP has one holder in the end, and the loser lets go",
    program: ["aws.py", "ElasticIpContests"],
    software: elastic(),
  },
  {
    holds: "a reserved IP moves to the elected machine, whatever the API does",
    program: ["digitalocean.py", "ReservedIpMoves"],
    software: reserved(),
  },
  {
    holds: "a reserved IP has one holder in the end, and the loser lets go",
    program: ["digitalocean.py", "ReservedIpContests"],
    software: reserved(),
  },
  {
    holds: "keepalived marks the elected machine and leaves no mark behind, by VRRP over IP",
    program: ["keepalived.py"],
    software: elastic(),
  },
  {
    holds: "keepalived marks the elected machine and leaves no mark behind, by VRRP in UDP",
    program: ["keepalived.py"],
    software: reserved(),
  },
  {
    holds: "the link has the peers of the program, also after they changed",
    program: ["link.py"],
    software: reserved(),
  },
  { holds: "a droplet's anchor address comes from its metadata", program: ["anchor.py"], software: reserved() },
] as const;

const SUITES = ["bookworm", "trixie"] as const;

/** Containers at the same time. Their programs wait, most of the time; starting their agents is work. */
const WIDTH = 3;

const images = new Map<Suite, DaemonImage>();
const outcomes = new Map<string, CommandResult>();

const run = (suite: Suite, [file, ...tests]: readonly string[], software: Software) => {
  const text = readFileSync(join(SCENARIOS, file!), "utf8");
  const program = `import sys\nsys.path.insert(0, "${SUPPORT}")\n${text}`;
  return images.get(suite)!.run(["python3", "-B", "-c", program, ...tests], machine(software));
};

for (const suite of SUITES) {
  beforeAll(async () => {
    images.set(suite, await daemonImage(suite, PACKAGES));
  });
}
beforeAll(async () => {
  // The long ones first.
  const all = PROGRAMS.flatMap((one) => SUITES.map((suite) => ({ suite, ...one })));
  await parallel(all, WIDTH, async ({ suite, holds, program, software }) => {
    outcomes.set(`${holds}, on ${suite}`, await run(suite, program, software));
  });
});

describe.each(SUITES)("on %s", (suite) => {
  it.each([
    ["VRRP over IP", elastic()],
    ["VRRP in UDP", reserved()],
  ])("keepalived accepts an election by %s", async (_, software) => {
    const result = await images.get(suite)!.run(software.checks![0]!.command, prepared(software));
    expect(result).toMatchObject({ status: 0, stdout: "" });
  });

  it("a shell accepts the program that makes the link", async () => {
    const path = "/usr/local/lib/beehive/vrrp-link-shop-entrance";
    const { status, stderr } = await images.get(suite)!.run(checkerOf(reserved(), path), prepared(reserved()));
    expect([status, stderr]).toEqual([0, ""]);
  });

  it.each(PROGRAMS)("$holds", ({ holds }) => {
    const { status, stderr } = outcomes.get(`${holds}, on ${suite}`)!;
    expect([status, status === 0 ? "" : stderr]).toEqual([0, ""]);
    expect(stderr).toMatch(/Ran [1-9]\d* tests? in/);
  });
});
