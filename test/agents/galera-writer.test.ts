import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { CommandResult } from "../../lib/lab/command";
import { parallel } from "../../lib/core/parallel";
import { galeraNode } from "../../lib/software/database/galera/galera";
import { GaleraTimeouts } from "../../lib/software/database/galera/galera-timeouts";
import { daemonImage, prepared, type Prepared } from "../support/daemon-image";

jest.setTimeout(3_600_000);

const members = ["a", "b", "c"].map((zone, i) => ({ name: `db-${zone}`, address: `10.79.0.1${i + 1}`, zone }));
const nodeOf = (node: (typeof members)[number]) =>
  galeraNode({
    instance: "shop-db",
    constructPath: "shop/db",
    node,
    members,
    databases: [],
    timeouts: GaleraTimeouts.lanFast(),
    clusterSecret: "cluster-secret",
    clients: ["10.79.0.21"],
    bufferPoolSize: "16M",
    gcacheSize: "16M",
  });

const SCENARIOS = join(__dirname, "galera-writer");
const SUPPORT = "/usr/local/lib/beehive-test";

/** What every member has on its machine, three times in one container: settings and folders by the member's name. */
function threeMembers(): Prepared {
  const { files = [], ...rest } = prepared(nodeOf(members[0]!));
  const fill = (content: string) =>
    content.replace("{{beehive:processors}}", "2").replace(/\{\{beehive:secret:([^}]+)\}\}/g, "the secret of $1");
  const own = members.flatMap((member) => {
    const made = nodeOf(member).files;
    const content = (path: RegExp) => fill(made.find((file) => path.test(file.path))!.content);
    const settings = { ...(JSON.parse(content(/cluster\.json$/)) as object), group: member.name };
    return [
      { path: `/etc/beehive/galera/${member.name}/cluster.json`, content: JSON.stringify(settings) },
      {
        path: `/srv/cluster/${member.name}/node.cnf`,
        content: content(/90-beehive-shop-db\.cnf$/) + content(/members\.cnf$/),
      },
    ];
  });
  const programs = [
    ...pythonFiles("support", `${SUPPORT}/writer_support`),
    // The agent before leases, as it was delivered.
    ...pythonFiles("version-1", "/usr/local/lib/beehive-version-1/beehive_galera"),
  ];
  const filled = files.map((file) => ({ ...file, content: fill(file.content) }));
  return { ...rest, files: [...filled, ...own, ...programs] };
}

function pythonFiles(folder: string, target: string) {
  const names = readdirSync(join(SCENARIOS, folder)).filter((file) => file.endsWith(".py"));
  return names.map((file) => ({
    path: `${target}/${file}`,
    content: readFileSync(join(SCENARIOS, folder, file), "utf8"),
  }));
}

/** For a longer run: `FAULTS=500 SEED=1 npx jest --selectProjects agents -- galera-writer`. */
const FAULTS = Number(process.env.FAULTS ?? 50);
const SEED = Number(process.env.SEED ?? 7);
/** At the same time, because most of the time they wait. */
const CLUSTERS = 2;

const PROGRAMS = [
  ...Array.from({ length: CLUSTERS }, (_, i) => ({
    holds: `no two agents say "writer" at once, whatever stops or is cut (cluster ${i + 1} of ${CLUSTERS})`,
    program: "faults.py",
    environment: [`SEED=${SEED + i}`, `FAULTS=${Math.ceil(FAULTS / CLUSTERS)}`],
  })),
  { holds: "the role moves when it has to, and stays otherwise", program: "roles.py", environment: [] },
];

const outcomes = new Map<string, CommandResult>();
beforeAll(async () => {
  const debian = await daemonImage("trixie", nodeOf(members[0]!).packages);
  const paths = `import sys\nsys.path[:0] = ["${SUPPORT}", "/usr/local/lib/beehive"]\n`;
  await parallel(PROGRAMS, PROGRAMS.length, async ({ holds, program, environment }) => {
    const text = paths + readFileSync(join(SCENARIOS, program), "utf8");
    const command = ["env", ...environment, "python3", "-B", "-c", text];
    outcomes.set(holds, await debian.run(command, threeMembers(), 300 + FAULTS * 5));
  });
});

it.each(PROGRAMS)("$holds", ({ holds }) => {
  const { status, stderr } = outcomes.get(holds)!;
  if (process.env.FAULTS !== undefined) process.stderr.write(stderr);
  expect([status, status === 0 ? "" : stderr]).toEqual([0, ""]);
  expect(stderr).toMatch(/Ran [1-9]\d* tests? in/);
});
