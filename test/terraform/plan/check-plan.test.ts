import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { Machines } from "../../../lib";
import { manifestSchema } from "../../../lib/manifest/manifest-schema";
import { checkPlan, type PlanVerdict } from "../../../lib/plan/check-plan";
import { SynthesizedStack } from "../../../lib/plan/synthesized-stack";
import { parsePlan } from "../../../lib/plan/terraform-plan";
import { fullSynth, hosts, scratch, shop, type HiveOptions } from "../../support/hive";

jest.setTimeout(180_000);

interface Program extends HiveOptions {
  readonly nodes?: readonly string[];
  readonly servers?: readonly string[];
  readonly balancers?: readonly string[];
  /** Leaves resources out of a `dependsOn` chain, as an escape hatch would. */
  readonly unchain?: RegExp;
}

interface Synthesized {
  readonly resource: { readonly terraform_data: Record<string, Record<string, unknown>> };
}

const environment: NodeJS.ProcessEnv = {
  ...process.env,
  CHECKPOINT_DISABLE: "1",
  TF_VAR_db_cluster_secret: "0123456789abcdef",
  TF_VAR_db_shop_password: "0123456789abcdef",
};
if (!fs.existsSync(environment.TF_CLI_CONFIG_FILE ?? "")) delete environment.TF_CLI_CONFIG_FILE;

/** A folder with the stack's files; Terraform keeps its state there between programs. */
function terraform(folder: string, ...args: string[]): string {
  const options = { cwd: folder, env: environment, encoding: "utf8", stdio: "pipe", maxBuffer: 2 ** 27 } as const;
  return execFileSync("terraform", [...args, "-no-color"], options);
}

function write(folder: string, program: Program): void {
  const {
    nodes = ["db-1", "db-2", "db-3"],
    servers = ["web-1", "web-2", "web-3"],
    balancers = ["lb-1", "lb-2"],
  } = program;
  const { stack } = shop({
    ...program,
    hosts: program.hosts ?? hosts({ lb: 4, web: 6, db: 6 }),
    db: { machines: Machines.named(...nodes), nodes: nodes.length, ...program.db },
    web: { machines: Machines.named(...servers), servers: servers.length, ...program.web },
    entrance: { machines: Machines.named(...balancers), ...program.entrance },
  });
  fs.cpSync(fullSynth(stack).folder, folder, { recursive: true });
  if (program.unchain === undefined) return;
  change(folder, ({ resource }) => {
    for (const [id, task] of Object.entries(resource.terraform_data))
      if (program.unchain!.test(id)) delete task.depends_on;
  });
}

function change(folder: string, edit: (synthesized: Synthesized) => void): void {
  const file = path.join(folder, "cdk.tf.json");
  const synthesized = JSON.parse(fs.readFileSync(file, "utf8")) as Synthesized;
  edit(synthesized);
  fs.writeFileSync(file, JSON.stringify(synthesized));
}

/** A state that Terraform itself wrote: the same resources, applied without the provisioners that reach for machines. */
function deployed(program: Program = {}): string {
  const folder = scratch();
  write(folder, program);
  change(folder, ({ resource }) => {
    for (const task of Object.values(resource.terraform_data)) {
      delete task.provisioner;
      delete task.connection;
    }
  });
  terraform(folder, "init");
  terraform(folder, "apply", "-auto-approve");
  return folder;
}

function planNext(folder: string, program: Program = {}, ...flags: string[]): PlanVerdict {
  write(folder, program);
  terraform(folder, "plan", "-out=plan", ...flags);
  const read = (file: string): unknown => JSON.parse(fs.readFileSync(path.join(folder, file), "utf8"));
  return checkPlan({
    plan: parsePlan(terraform(folder, "show", "-json", "plan")),
    manifest: manifestSchema.parse(read("beehive.json")),
    stack: SynthesizedStack.parse(read("cdk.tf.json")),
  });
}

const found = (verdict: PlanVerdict): string[] => verdict.findings.map(({ rule, subject }) => `${rule}:${subject}`);

describe("after a deploy of three database nodes, three web servers and two load balancers", () => {
  let folder: string;
  beforeAll(() => {
    folder = deployed();
  });

  test("the same program changes nothing", () => {
    expect(planNext(folder)).toMatchObject({ verdict: "fine", findings: [], notes: [], changes: 0 });
  });

  test("a setting of every database node is fine, because the nodes change one after the other", () => {
    const verdict = planNext(folder, { db: { gcacheSize: "1G" } });
    expect(verdict).toMatchObject({ verdict: "fine", findings: [], changes: 3, judged: 3 });
  });

  test("one web server less is fine", () => {
    const verdict = planNext(folder, { servers: ["web-1", "web-2"] });
    expect(verdict).toMatchObject({ verdict: "fine", findings: [] });
    expect(verdict.judged).toBe(verdict.changes);
  });

  test("another machine for one of the three database nodes is fine", () => {
    expect(found(planNext(folder, { nodes: ["db-1", "db-2", "db-6"] }))).toEqual([]);
  });

  test("another machine for two of the three database nodes is refused", () => {
    expect(found(planNext(folder, { nodes: ["db-1", "db-5", "db-6"] }))).toEqual(["QUORUM_LOSS:shop/db"]);
  });

  test("other machines for all database nodes are refused, and every member that leaves is named", () => {
    const verdict = planNext(folder, { nodes: ["db-4", "db-5", "db-6"] });
    expect(found(verdict)).toEqual(["LAST_COPY:shop/db"]);
    expect(verdict.findings[0]!.resources).toEqual(
      ["db-1", "db-2", "db-3"].map((name) => ({
        address: `terraform_data.db_members_2072AB5E["${name}"]`,
        path: "shop/db/members/Resource",
        actions: ["delete"],
      })),
    );
  });

  test("another address for every database node is refused: they are other machines", () => {
    const moved = hosts({ lb: 4, web: 6, db: 6 }).map((host) =>
      host.labels?.role === "db" ? { ...host, address: host.address.replace("10.77.2.", "10.77.9.") } : host,
    );
    expect(found(planNext(folder, { hosts: moved }))).toEqual(["LAST_COPY:shop/db"]);
  });

  test("other machines for all web servers are fine, because the load balancers learn of them first", () => {
    expect(found(planNext(folder, { servers: ["web-4", "web-5", "web-6"] }))).toEqual([]);
  });

  test("other machines for both load balancers are fine, because the old ones stop after the new ones are at work", () => {
    expect(found(planNext(folder, { balancers: ["lb-3", "lb-4"] }))).toEqual([]);
  });

  test("database nodes whose order was taken away are refused when they change", () => {
    const unchain = /^db_rollout_/;
    expect(found(planNext(folder, { unchain }))).toEqual([]);
    expect(found(planNext(folder, { unchain, db: { gcacheSize: "1G" } }))).toEqual(["UNORDERED:shop/db"]);
  });

  test("the end of everything is refused for every tier", () => {
    expect(found(planNext(folder, {}, "-destroy"))).toEqual([
      "LAST_COPY:shop/db",
      "TIER_OVERDRAWN:shop/web",
      "TIER_OVERDRAWN:shop/entrance",
    ]);
  });

  test("a plan of a part of the stack is judged, and told to be one", () => {
    const verdict = planNext(folder, { nodes: ["db-4", "db-5", "db-6"] }, "-target=terraform_data.db_members_2072AB5E");
    expect(found(verdict)).toEqual(["LAST_COPY:shop/db"]);
    expect(verdict.notes).toEqual([expect.stringContaining("-target")]);
  });
});

test("two of five database nodes may go in one deploy, and no more", () => {
  const folder = deployed({ nodes: ["db-1", "db-2", "db-3", "db-4", "db-5"] });
  expect(found(planNext(folder, { nodes: ["db-1", "db-2", "db-3"] }))).toEqual([]);
  expect(found(planNext(folder, { nodes: ["db-1", "db-2", "db-6"] }))).toEqual(["QUORUM_LOSS:shop/db"]);
});
