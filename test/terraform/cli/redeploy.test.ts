import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { Testing } from "../../../lib/cdktf";
import { fullSynth, hosts, shop } from "../../support/hive";
import { runBeehive } from "../../unit/cli/run-beehive";

jest.setTimeout(120_000);

const environment = { ...process.env };
afterEach(() => {
  process.env = { ...environment };
});

/** Three machines that each run everything. */
function three() {
  const all = hosts({ vps: 3 });
  return fullSynth(shop({ app: Testing.app(), hosts: all, site: { shareMachines: true } }).stack).folder;
}

test("a machine gets its preparation and the rollouts of its tiers again, and no other one does", async () => {
  const folder = three();
  const { code, out } = await runBeehive(folder, ["redeploy", "vps-2", "--print"]);
  expect([code, out]).toEqual([0, expect.stringMatching(/^terraform -chdir=\S+ apply -replace=/)]);
  const names = [...out.matchAll(/-replace=terraform_data\.(\S+)_[0-9A-F]{8}/g)].map(([, name]) => name);
  expect(names.sort()).toEqual([
    "db_rollout_vps-2",
    "entrance_rollout_vps-2",
    "rack_vps-2_prepare",
    "web_rollout_vps-2",
  ]);
});

test("Terraform replaces them and changes nothing else", async () => {
  Object.assign(process.env, {
    CHECKPOINT_DISABLE: "1",
    TF_CLI_ARGS_apply: "-no-color",
    TF_VAR_db_cluster_secret: "0123456789abcdef",
    TF_VAR_db_shop_password: "0123456789abcdef",
  });
  const folder = three();
  withoutMachines(folder);
  const terraform = (...args: string[]) =>
    execFileSync("terraform", args, { cwd: folder, env: process.env, encoding: "utf8", stdio: "pipe" });
  terraform("init", "-no-color");
  terraform("apply", "-auto-approve");
  const ids = () => {
    const { resources } = JSON.parse(fs.readFileSync(stateOf(folder), "utf8")) as {
      resources: { name: string; instances: { attributes: { id: string } }[] }[];
    };
    return new Map(
      resources.map(({ name, instances }) => [name, instances.map(({ attributes }) => attributes.id).join()]),
    );
  };
  const before = ids();
  expect((await runBeehive(folder, ["redeploy", "vps-2", "--auto-approve"])).code).toBe(0);
  const changed = [...ids()]
    .filter(([name, id]) => before.get(name) !== id)
    .map(([name]) => name.replace(/_[0-9A-F]{8}$/, ""));
  expect(changed.sort()).toEqual([
    "db_rollout_vps-2",
    "entrance_rollout_vps-2",
    "rack_vps-2_prepare",
    "web_rollout_vps-2",
  ]);
});

/** The same tasks and triggers, and nothing that reaches for a machine. */
function withoutMachines(folder: string): void {
  const file = path.join(folder, "cdk.tf.json");
  const { resource, ...rest } = JSON.parse(fs.readFileSync(file, "utf8")) as {
    resource: { terraform_data: Record<string, Record<string, unknown>> };
  };
  for (const task of Object.values(resource.terraform_data)) {
    delete task.connection;
    delete task.provisioner;
  }
  fs.writeFileSync(file, JSON.stringify({ resource, ...rest }));
}

/** Where the local backend of the stack keeps its state. */
function stateOf(folder: string): string {
  const { terraform } = JSON.parse(fs.readFileSync(path.join(folder, "cdk.tf.json"), "utf8")) as {
    terraform?: { backend?: { local?: { path?: string } } };
  };
  return path.resolve(folder, terraform?.backend?.local?.path ?? "terraform.tfstate");
}

test("a machine that the stack does not have is refused with those that it has", async () => {
  const { code, err } = await runBeehive(three(), ["redeploy", "vps-9"]);
  expect(code).toBe(3);
  expect(err).toContain('there is no machine "vps-9"; those of the stack are vps-1, vps-2, vps-3.');
});

test("in the phase infrastructure nothing is brought, and that is said", async () => {
  process.env.BEEHIVE_PHASE = "infrastructure";
  const { code, err } = await runBeehive(three(), ["redeploy", "vps-1"]);
  expect([code, err]).toEqual([3, expect.stringContaining("Run cdktf synth without BEEHIVE_PHASE")]);
});
