import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { TerraformStack } from "../../../../lib/cdktf";
import { Machines } from "../../../../lib";
import { fullSynth, hosts, shop } from "../../../support/hive";

jest.setTimeout(120_000);

/** Terraform in the folder of a synthesized stack; it needs no provider and reaches no machine until it applies. */
function terraform(stack: TerraformStack) {
  const { folder } = fullSynth(stack);
  const environment: NodeJS.ProcessEnv = {
    ...process.env,
    CHECKPOINT_DISABLE: "1",
    TF_VAR_db_cluster_secret: "0123456789abcdef",
    TF_VAR_db_shop_password: "0123456789abcdef",
  };
  if (!existsSync(environment.TF_CLI_CONFIG_FILE ?? "")) delete environment.TF_CLI_CONFIG_FILE;
  return (args: string[], variables: NodeJS.ProcessEnv = {}) =>
    execFileSync("terraform", [...args, "-no-color"], {
      cwd: folder,
      env: { ...environment, ...variables },
      encoding: "utf8",
      stdio: "pipe",
    });
}

const byRole = () =>
  shop({
    hosts: hosts({ lb: 2, web: 3, db: 3 }),
    db: { machines: Machines.labelled({ role: "db" }) },
    web: { machines: Machines.labelled({ role: "web" }) },
    entrance: { machines: Machines.labelled({ role: "lb" }) },
  }).stack;

test("Terraform finds the synthesized stack valid, without a warning", () => {
  const run = terraform(byRole());
  run(["init"]);
  const answer = JSON.parse(run(["validate", "-json"]).replace(/^[^{]*/, "")) as {
    valid: boolean;
    warning_count: number;
  };
  expect(answer).toMatchObject({ valid: true, warning_count: 0 });
});

test("the plan makes a preparation and a rollout for each machine, and for each tier its memberships and their end", () => {
  const run = terraform(byRole());
  run(["init"]);
  expect(run(["plan"])).toContain("Plan: 27 to add, 0 to change, 0 to destroy.");
});

test("the plan shows no secret", () => {
  const run = terraform(byRole());
  run(["init"]);
  run(["plan", "-out=plan"]);
  expect(run(["show", "plan"])).not.toContain("0123456789abcdef");
});

test("a short password is refused before anything is touched", () => {
  const run = terraform(byRole());
  run(["init"]);
  expect(() => run(["plan"], { TF_VAR_db_shop_password: "short" })).toThrow("Give 12 characters or more");
});

test("a machine whose host key nobody knows is refused before anything is touched, and a destroy goes on", () => {
  const { stack } = shop({ site: { ssh: { hostKey: undefined, knownHostsFile: "/nonexistent/known_hosts" } } });
  const run = terraform(stack);
  run(["init"]);
  expect(() => run(["plan"])).toThrow(
    /shop\/rack: the SSH host keys of db-1 \(10\.77\.2\.11\), [^]* {2}ssh-keyscan 10\.77\.2\.11 .*10\.77\.1\.13 >> \/nonexistent\/known_hosts\n/,
  );
  expect(run(["plan", "-destroy"])).toContain("No changes");
});
