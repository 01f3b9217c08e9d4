import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { elasticAddress } from "../../lib/software/elastic-address";
import { reservedAddress } from "../../lib/software/reserved-address";
import type { Software } from "../../lib/software/software";
import { checkerOf, daemonImage, prepared, type DaemonImage, type Prepared } from "../support/daemon-image";

jest.setTimeout(600_000);

const common = {
  group: "shop-entrance",
  where: "shop/entrance",
  self: { name: "lb-a", address: "10.80.0.11" },
  peers: [
    { name: "lb-b", address: "10.80.0.12" },
    { name: "lb-c", address: "10.80.0.13" },
  ],
  routerId: 100,
  priority: 200,
  readyPort: 18100,
  address: "203.0.113.7",
  port: 80,
};
const elastic = (): Software => elasticAddress({ ...common, region: "eu-central-1", allocationId: "eipalloc-1" });
const reserved = (): Software => reservedAddress({ ...common, tokenSecret: "token" });

const PACKAGES = [...new Set([...elastic().packages, ...reserved().packages])];
const SCENARIOS = join(__dirname, "floating-address");
const APPLY = join(__dirname, "../../lib/rollout/machine/beehive-apply.py");
const SUPPORT = "/usr/local/lib/beehive-test";

/** The programs as they are on a machine, and what tests them. */
const machine = (software: Software): Prepared => {
  const { files = [], ...rest } = prepared(software);
  const support = readdirSync(join(SCENARIOS, "support"))
    .filter((file) => file.endsWith(".py"))
    .map((file) => ({
      path: `${SUPPORT}/address_support/${file}`,
      content: readFileSync(join(SCENARIOS, "support", file), "utf8"),
    }));
  const apply = { path: `${SUPPORT}/beehive_apply.py`, content: readFileSync(APPLY, "utf8") };
  return { ...rest, files: [...files, ...support, apply] };
};

describe.each(["bookworm", "trixie"] as const)("on %s", (suite) => {
  let debian: DaemonImage;
  beforeAll(async () => {
    debian = await daemonImage(suite, PACKAGES);
  });

  const holds = async (file: string, software: Software, ...tests: string[]) => {
    const program = `import sys\nsys.path.insert(0, "${SUPPORT}")\n${readFileSync(join(SCENARIOS, file), "utf8")}`;
    const { status, stderr } = await debian.run(["python3", "-B", "-c", program, ...tests], machine(software));
    expect([status, status === 0 ? "" : stderr]).toEqual([0, ""]);
    expect(stderr).toMatch(/Ran [1-9]\d* tests? in/);
  };

  it.each([
    ["VRRP over IP", elastic()],
    ["VRRP in UDP", reserved()],
  ])("keepalived accepts an election by %s", async (_, software) => {
    const result = await debian.run(software.checks![0]!.command, prepared(software));
    expect(result).toMatchObject({ status: 0, stdout: "" });
  });

  it("a shell accepts the program that makes the link", async () => {
    const path = "/usr/local/lib/beehive/vrrp-link-shop-entrance";
    const { status, stderr } = await debian.run(checkerOf(reserved(), path), prepared(reserved()));
    expect([status, stderr]).toEqual([0, ""]);
  });

  it("keepalived marks the elected machine and leaves no mark behind, by VRRP over IP", async () => {
    await holds("keepalived.py", elastic());
  });

  it("keepalived marks the elected machine and leaves no mark behind, by VRRP in UDP", async () => {
    await holds("keepalived.py", reserved());
  });

  it("the link has the peers of the program, also after they changed", async () => {
    await holds("link.py", reserved());
  });

  it("a droplet's anchor address comes from its metadata", async () => {
    await holds("anchor.py", reserved());
  });

  it.each([
    ["an elastic IP moves to the elected machine, whatever the API does", "aws.py", "ElasticIpMoves", elastic()],
    ["an elastic IP has one holder in the end, and the loser lets go", "aws.py", "ElasticIpContests", elastic()],
    [
      "a reserved IP moves to the elected machine, whatever the API does",
      "digitalocean.py",
      "ReservedIpMoves",
      reserved(),
    ],
    [
      "a reserved IP has one holder in the end, and the loser lets go",
      "digitalocean.py",
      "ReservedIpContests",
      reserved(),
    ],
  ])("%s", async (_, file, tests, software) => {
    await holds(file, software, tests);
  });
});
