import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { parsePlan } from "../../../lib/plan/terraform-plan";
import { fullSynth, scratch } from "../../support/hive";
import { cloudShop, type CloudShopOptions } from "../../support/tiny-cloud";

jest.setTimeout(180_000);

const environment: NodeJS.ProcessEnv = {
  ...process.env,
  CHECKPOINT_DISABLE: "1",
  TF_VAR_db_cluster_secret: "0123456789abcdef",
  TF_VAR_db_shop_password: "0123456789abcdef",
};
if (!fs.existsSync(environment.TF_CLI_CONFIG_FILE ?? "")) delete environment.TF_CLI_CONFIG_FILE;

/** A folder with a state, in which one program after the other is planned and applied by Terraform itself. */
class Deployment {
  private readonly folder = scratch();

  constructor(program: CloudShopOptions, withoutMachines?: "deployed") {
    this.write(program, withoutMachines);
    this.terraform("init");
    this.terraform("apply", "-auto-approve");
  }

  /** What each resource that would change goes through: `{ "web_rollout_web-a": "delete create" }`. */
  plan(program: CloudShopOptions): Record<string, string> {
    this.write(program);
    this.terraform("plan", "-out=plan");
    const { resource_changes: changes } = parsePlan(this.terraform("show", "-json", "plan"));
    const name = (resource: { name: string; index?: string | number }): string =>
      `${resource.name.replace(/_[0-9A-F]{8}$/, "")}${resource.index === undefined ? "" : `[${resource.index}]`}`;
    return Object.fromEntries(
      changes
        .filter(({ change }) => change.actions.join() !== "no-op")
        .map((change) => [name(change), change.change.actions.join(" ")]),
    );
  }

  /** @returns what Terraform says while it works */
  apply(program: CloudShopOptions, withoutMachines?: "deployed"): string {
    this.write(program, withoutMachines);
    return this.terraform("apply", "-auto-approve");
  }

  private terraform(...args: string[]): string {
    const options = {
      cwd: this.folder,
      env: environment,
      encoding: "utf8",
      stdio: "pipe",
      maxBuffer: 2 ** 27,
    } as const;
    return execFileSync("terraform", [...args, "-no-color"], options);
  }

  /** `deployed`: without the provisioners that reach for machines, so that the state is that of a finished deploy. */
  private write(program: CloudShopOptions, withoutMachines?: "deployed"): void {
    fs.cpSync(fullSynth(cloudShop(program).stack).folder, this.folder, { recursive: true });
    if (withoutMachines === undefined) return;
    const file = path.join(this.folder, "cdk.tf.json");
    const synthesized = JSON.parse(fs.readFileSync(file, "utf8")) as {
      resource: { terraform_data: Record<string, Record<string, unknown>> };
    };
    for (const task of Object.values(synthesized.resource.terraform_data)) {
      delete task.provisioner;
      delete task.connection;
    }
    fs.writeFileSync(file, JSON.stringify(synthesized));
  }
}

const infrastructure = (program: CloudShopOptions = {}): CloudShopOptions => ({
  ...program,
  context: { "beehive:phase": "infrastructure" },
});
const four: CloudShopOptions = { web: { servers: 4 } };

describe("infrastructure first", () => {
  let deployment: Deployment;
  beforeAll(() => {
    deployment = new Deployment(infrastructure());
  });

  test("is applied without a machine that answers, and done after one apply", () => {
    expect(deployment.plan(infrastructure())).toEqual({});
  });

  test("leaves everything that reaches a machine to the next plan of everything, and no resource else", () => {
    const machines = ["db-a", "db-b", "db-c", "web-a", "web-b", "web-c"];
    const waiting = [
      ...machines.map((name) => `cloud_${name}_prepare`),
      ...machines.slice(0, 3).map((name) => `cloud_${name}_data_${name}`),
      ...machines.map((name) => `${name.slice(0, -2)}_rollout_${name}`),
      "db_members_settled",
      "web_members_settled",
    ];
    expect(deployment.plan({})).toEqual(Object.fromEntries(waiting.map((name) => [name, "delete create"])));
  });
});

describe("infrastructure, after a deploy", () => {
  let deployment: Deployment;
  beforeAll(() => {
    deployment = new Deployment({}, "deployed");
  });

  test("changes no software", () => {
    expect(deployment.plan(infrastructure({ db: { gcacheSize: "1G" } }))).toEqual({});
    expect(Object.keys(deployment.plan({ db: { gcacheSize: "1G" } }))).toEqual([
      "db_rollout_db-a",
      "db_rollout_db-b",
      "db_rollout_db-c",
    ]);
  });

  test("only adds when a web server is added, and the plan of everything brings its software to it", () => {
    const grown = new Deployment({}, "deployed");
    expect(grown.plan(infrastructure(four))).toEqual({
      "cloud_web-a-2": "create",
      "cloud_web-a-2_public-ip": "create",
      "cloud_web-a-2_ssh-rule": "create",
      "cloud_web-a-2_prepare": "create",
      "web_rollout_web-a-2": "create",
      "web_members[web-a-2]": "create",
    });
    grown.apply(infrastructure(four));
    expect(grown.plan(four)).toEqual({
      // The waiting machine.
      "cloud_web-a-2_prepare": "delete create",
      "web_rollout_web-a-2": "delete create",
      // The database lets it in.
      "db_rollout_db-a": "delete create",
      "db_rollout_db-b": "delete create",
      "db_rollout_db-c": "delete create",
      web_members_settled: "delete create",
    });
  });
});

describe("a machine in a cloud", () => {
  test("is added without a change for those that do not name it", () => {
    const changes = new Deployment({}, "deployed").plan(four);
    expect(Object.keys(changes).filter((name) => /web-[abc](_|\]|$)/.test(name))).toEqual([]);
    expect(changes["web_rollout_web-a-2"]).toBe("create");
  });

  test("is made anew before the old one goes, and goes after everybody who names it knows the new one", () => {
    const deployment = new Deployment({}, "deployed");
    const replaced: CloudShopOptions = { images: { "web-b": "newer" } };
    const changes = deployment.plan(replaced);
    expect(changes["cloud_web-b"]).toBe("create delete");
    expect(changes["web_rollout_web-b"]).toBe("delete create");
    expect(changes["web_rollout_web-a"]).toBeUndefined();
    const lines = deployment.apply(replaced, "deployed").split("\n");
    const at = (pattern: RegExp): number => lines.findIndex((line) => pattern.test(line));
    expect(at(/cloud_web-b_\w+: Creation complete/)).toBeGreaterThan(-1);
    expect(at(/cloud_web-b_\w+ \(deposed object \w+\): Destroying/)).toBeGreaterThan(
      at(/web_rollout_web-b_\w+: Creation complete/),
    );
  });

  test("that the program does not name any more is the only one to go", () => {
    const deployment = new Deployment(four, "deployed");
    const changes = deployment.plan({});
    expect(
      Object.keys(changes)
        .filter((name) => name.includes("web-"))
        .sort(),
    ).toEqual([
      "cloud_web-a-2",
      "cloud_web-a-2_prepare",
      "cloud_web-a-2_public-ip",
      "cloud_web-a-2_ssh-rule",
      "web_members[web-a-2]",
      "web_rollout_web-a-2",
    ]);
  });
});
