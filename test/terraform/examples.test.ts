import { execFileSync, spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as http from "node:http";
import type { AddressInfo } from "node:net";
import * as path from "node:path";
import { runProgram } from "../../lib/cli/run-program";
import type { DrillReport } from "../../lib/drills/drill-report";
import type { DrillResult } from "../../lib/drills/drill-result";
import { FAULTS } from "../../lib/drills/faults/faults";
import { makeReport } from "../../lib/judgement/make-report";
import type { Manifest } from "../../lib/manifest/manifest";
import { terminalReport } from "../../lib/render/text/terminal";
import { drill, report as recorded } from "../support/drill-results";
import { scratch } from "../support/hive";
import { describeWithMirror, type Mirror } from "../support/mirror";

jest.setTimeout(300_000);

const EXAMPLES = path.resolve(__dirname, "../../examples");
const REPOSITORY = path.resolve(__dirname, "../..");
const CLOUDS = ["aws", "digitalocean"] as const;
const PROGRAMS = CLOUDS.flatMap((cloud) => ["main.ts", "managed.ts"].map((program) => [cloud, program] as const));

/** Of every resource of the type. */
const MUST = {
  aws: [
    { type: "aws_instance", holds: 'metadata_options[0].http_tokens == "required"', why: "answers IMDSv1" },
    { type: "aws_instance", holds: "root_block_device[0].encrypted == true", why: "has a disk that is not encrypted" },
    { type: "aws_ebs_volume", holds: "encrypted == true", why: "is not encrypted" },
    { type: "aws_db_instance", holds: "storage_encrypted == true", why: "is not encrypted" },
    { type: "aws_db_instance", holds: "publicly_accessible == false", why: "is open to the world" },
  ],
  digitalocean: [{ type: "digitalocean_droplet", holds: "monitoring == true", why: "is not watched" }],
} as const;

const read = (...parts: string[]): string => fs.readFileSync(path.join(EXAMPLES, ...parts), "utf8");

/** A key pair, the secrets and nothing of the account of whoever runs the tests. */
function environment(mirror?: Mirror): NodeJS.ProcessEnv {
  const key = path.join(scratch(), "key");
  execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", key]);
  const own = Object.entries(process.env).filter(([name]) => !/^(AWS_|DIGITALOCEAN_|SPACES_|TF_|BEEHIVE_)/.test(name));
  return {
    ...Object.fromEntries(own),
    SHOP_SSH_KEY: key,
    CHECKPOINT_DISABLE: "1",
    TF_VAR_db_cluster_secret: "0123456789abcdef",
    TF_VAR_db_shop_password: "0123456789abcdef",
    TF_VAR_entrance_reserved_ip_token: "0123456789abcdef0123456789abcdef",
    ...(mirror && { TF_CLI_CONFIG_FILE: mirror.configuration }),
  };
}

/** Folder of an example: `shop-on-aws` for `aws`. */
const exampleOf = (place: string): string => (place === "extending" ? place : `shop-on-${place}`);

/** The example's program, run as `cdktf synth` runs it; its state goes into a file, and no bucket is asked. */
function synthesize(place: string, program: string, env: NodeJS.ProcessEnv): string {
  const outdir = scratch();
  const tsx = path.join(REPOSITORY, "node_modules/.bin/tsx");
  execFileSync(tsx, [program], {
    cwd: path.join(EXAMPLES, exampleOf(place)),
    // The sources, and not what was built last: an example's own settings know the package only.
    env: { ...env, CDKTF_OUTDIR: outdir, TSX_TSCONFIG_PATH: path.join(REPOSITORY, "tsconfig.json") },
    stdio: "pipe",
  });
  const folder = path.join(outdir, "stacks/shop");
  fs.writeFileSync(path.join(folder, "override.tf.json"), JSON.stringify({ terraform: { backend: { local: {} } } }));
  return folder;
}

function terraform(folder: string, env: NodeJS.ProcessEnv, ...args: string[]) {
  const { status, stdout, stderr } = spawnSync("terraform", [...args, "-no-color"], {
    cwd: folder,
    env,
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
  });
  return { status, stdout, stderr };
}

function run(folder: string, env: NodeJS.ProcessEnv, ...args: string[]): string {
  const { status, stdout, stderr } = terraform(folder, env, ...args);
  if (status !== 0) throw new Error(`terraform ${args.join(" ")} ended with ${status}: ${stderr}${stdout}`);
  return stdout;
}

describe("the examples of the clouds", () => {
  test.each(CLOUDS)(
    "on %s the program differs from the one on hosts in the site's lines and in how long database and entrance wait, and nowhere else",
    (cloud) => {
      const parts = (text: string) => {
        const [head, rest] = [text.split(/^const (?:rack|cloud) = /m)[0]!, text.slice(text.indexOf("const db = "))];
        return { head, rest };
      };
      const hosts = parts(read("shop-on-hosts", "main.ts"));
      const here = parts(read(`shop-on-${cloud}`, "main.ts"));
      const timeouts = /\n(?: {2}\/\/ .*\n)? {2}(?:timeouts|serverTimeout): .*\n/g;
      expect(here.rest.replaceAll("site: cloud", "site: rack").replace(timeouts, "\n")).toBe(
        hosts.rest.replace(timeouts, "\n"),
      );
    },
  );

  test.each(CLOUDS)("on %s the application is the same", (cloud) => {
    expect(read(`shop-on-${cloud}`, "app/index.php")).toBe(read("shop-on-hosts", "app/index.php"));
  });
});

/** Everything that Terraform keeps under a name: a changed one makes a machine or a volume anew. */
function addresses(folder: string): string[] {
  const { resource, data, variable, output } = JSON.parse(
    fs.readFileSync(path.join(folder, "cdk.tf.json"), "utf8"),
  ) as Record<string, Record<string, object> | undefined>;
  const named = (kinds: Record<string, object> = {}, prefix = "") =>
    Object.entries(kinds).flatMap(([type, made]) => Object.keys(made).map((id) => `${prefix}${type}.${id}`));
  return [
    ...named(resource),
    ...named(data, "data."),
    ...Object.keys(variable ?? {}).map((name) => `var.${name}`),
    ...Object.keys(output ?? {}).map((name) => `output.${name}`),
  ].sort();
}

// test/terraform/addresses holds what was released. A line may be added; one that changes or goes needs a way for those who deployed.
const OTHERS = [
  ["hosts", "main.ts"],
  ["extending", "main.ts"],
  ["extending", "overrides.ts"],
] as const;
test.each([...OTHERS, ...PROGRAMS])(
  "on %s, %s has every name in Terraform that it had when it was released",
  (place, program) => {
    const file = path.join(__dirname, "addresses", `${exampleOf(place)}-${path.parse(program).name}.txt`);
    const released = fs.readFileSync(file, "utf8").trim().split("\n");
    expect(addresses(synthesize(place, program, environment()))).toEqual(released);
  },
);

test("on hosts, a state that another deploy has locked stops the plan", async () => {
  const held = { ID: "1", Operation: "OperationTypeApply", Who: "alice@laptop", Created: "2026-11-28T08:00:00Z" };
  const server = http.createServer((request, response) => {
    if (request.url === "/shop/lock" && request.method === "POST") response.writeHead(423).end(JSON.stringify(held));
    else response.writeHead(404).end();
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  try {
    const SHOP_STATE = `http://127.0.0.1:${(server.address() as AddressInfo).port}/shop`;
    const folder = synthesize("hosts", "main.ts", { ...environment(), SHOP_STATE });
    fs.rmSync(path.join(folder, "override.tf.json"));
    const options = { directory: folder, environment: environment() };
    expect((await runProgram("terraform", ["init", "-no-color"], options)).status).toBe(0);
    const { status, output } = await runProgram("terraform", ["plan", "-no-color"], options);
    expect([status, output]).toEqual([
      1,
      expect.stringMatching(/Error acquiring the state lock[^]*already locked: ID=1/),
    ]);
  } finally {
    server.close();
  }
});

test("what the example overrides stands in the resource that it names, and in no other", () => {
  const folder = synthesize("extending", "overrides.ts", environment());
  const { resource } = JSON.parse(fs.readFileSync(path.join(folder, "cdk.tf.json"), "utf8")) as {
    resource: Record<string, Record<string, Record<string, unknown>>>;
  };
  const having = (type: string, property: string) =>
    Object.entries(resource[type]!).flatMap(([id, made]) => (property in made ? [[id, made[property]]] : []));
  expect(having("aws_instance", "credit_specification")).toEqual([
    [expect.stringMatching(/^cloud_aws-cache-a_/), { cpu_credits: "unlimited" }],
  ]);
  expect(having("digitalocean_droplet", "graceful_shutdown")).toEqual([
    [expect.stringMatching(/^ocean_ocean-cache-fra1_/), true],
  ]);
  const connections = having("terraform_data", "connection").filter(
    ([, value]) => "agent_identity" in (value as object),
  );
  expect(connections).toEqual([
    [expect.stringMatching(/^cache_rollout_cache-1_/), expect.objectContaining({ type: "ssh", host: "10.77.0.31" })],
  ]);
});

describe("README", () => {
  const readme = fs.readFileSync(path.join(REPOSITORY, "README.md"), "utf8");

  /** The rows of its table of measurements, as the drills that they were. */
  function drillsOf(manifest: Manifest): DrillReport {
    const rows = [...readme.matchAll(/^│ ([a-z-]+-power-loss) +│(.*)│$/gm)].map(([, fault, rest]) => {
      const [target = "", failed = "", worst = "", gap = "", lost = "", healed = "", verdict] = rest!
        .split("│")
        .map((cell) => cell.trim());
      const [[failures, requests], [missing, acknowledged]] = [failed, lost].map((cell) =>
        cell.split(" of ").map(Number),
      ) as [[number, number], [number, number]];
      const zone = target.includes("/") ? target : null;
      const there = manifest.machines.filter((machine) => `${machine.site}/${machine.zone}` === zone);
      return drill({
        fault: fault!,
        zone,
        machine: zone === null ? target : null,
        machines: zone === null ? [target] : there.map(({ name }) => name),
        requests,
        failed: failures,
        acknowledged,
        lost: missing,
        worstSeconds: Number.parseFloat(worst),
        writeGapSeconds: Number.parseFloat(gap),
        healedSeconds: Number.parseFloat(healed),
        verdict: verdict === "kept" ? "kept" : "inconclusive",
      });
    });
    const sum = (of: (one: DrillResult) => number | null) => rows.reduce((total, one) => total + (of(one) ?? 0), 0);
    return {
      ...recorded,
      drills: rows,
      finally: { ...recorded.finally!, acknowledged: sum((one) => one.acknowledged), lost: sum((one) => one.lost) },
      verdict: rows.every(({ verdict }) => verdict === "kept") ? "kept" : "inconclusive",
      stackHash: manifest.hash,
    };
  }

  test("shows the table of promise, prediction and proof that its measurements make of the example", () => {
    const file = path.join(synthesize("hosts", "main.ts", environment()), "beehive.json");
    const manifest = JSON.parse(fs.readFileSync(file, "utf8")) as Manifest;
    const drills = drillsOf(manifest);
    expect(drills.drills.map(({ fault }) => fault)).toEqual(FAULTS.map(({ name }) => name));
    const report = makeReport({ manifest, drills: { file: "drills.json", report: drills } });
    const text = terminalReport(report, manifest, { columns: 100, colours: false });
    const [, table] = /Promise, prediction, proof\n([^]*?\n) {2}\* rests/.exec(text)!;
    expect(readme).toContain(`\`\`\`\n${table}\`\`\``);
  });
});

test("the pipeline reports a promise that synth refuses, leaves no plan of an earlier run, and ends with 1", () => {
  const folder = scratch();
  fs.cpSync(path.join(EXAMPLES, "shop-on-hosts"), folder, { recursive: true });
  fs.symlinkSync(path.join(REPOSITORY, "node_modules"), path.join(folder, "node_modules"));
  fs.copyFileSync(path.join(EXAMPLES, "pipeline/pipeline.sh"), path.join(folder, "pipeline.sh"));
  fs.writeFileSync(path.join(folder, "main.ts"), read("shop-on-hosts", "main.ts").replace('"99.95%"', '"99.9999%"'));
  const stack = path.join(folder, "cdktf.out/stacks/shop");
  fs.mkdirSync(stack, { recursive: true });
  fs.writeFileSync(path.join(stack, "plan"), "of an earlier run");
  const { status, stdout } = spawnSync("./pipeline.sh", ["plan"], {
    cwd: folder,
    env: environment(),
    encoding: "utf8",
  });
  expect({ status, stdout }).toEqual({ status: 1, stdout: expect.stringContaining("cannot be kept") as string });
  expect(fs.readdirSync(stack).sort()).toEqual(["beehive.json", "report.md", "report.sarif"]);
  expect(fs.readFileSync(path.join(stack, "report.md"), "utf8")).toContain("cannot be kept");
  expect(fs.readFileSync(path.join(stack, "report.sarif"), "utf8")).toContain('"ruleId": "PROMISE_BROKEN"');
});

describeWithMirror("the examples", (mirror) => {
  const env = environment(mirror);

  test.each(PROGRAMS)(
    "on %s, %s is valid without a warning, and its plan of everything makes things only",
    (cloud, program) => {
      const folder = synthesize(cloud, program, env);
      run(folder, env, "init");
      expect(JSON.parse(run(folder, env, "validate", "-json"))).toMatchObject({ valid: true, warning_count: 0 });
      run(folder, env, "plan", "-out=plan");
      const { resource_changes: changes } = JSON.parse(run(folder, env, "show", "-json", "plan")) as {
        resource_changes: { change: { actions: string[] } }[];
      };
      expect(
        new Set(changes.map(({ change }) => change.actions.join()).filter((action) => action !== "no-op")),
      ).toEqual(
        new Set(changes.some(({ change }) => change.actions.join() === "read") ? ["create", "read"] : ["create"]),
      );
    },
  );

  test.each(PROGRAMS)("on %s, %s applies as infrastructure, plans nothing more, and is protected", (cloud, program) => {
    const phase = { ...env, BEEHIVE_PHASE: "infrastructure" };
    const folder = synthesize(cloud, program, phase);
    run(folder, phase, "init");
    run(folder, phase, "apply", "-auto-approve");
    expect(terraform(folder, phase, "plan", "-detailed-exitcode")).toMatchObject({ status: 0 });
    const { status, stderr } = terraform(folder, phase, "destroy", "-auto-approve");
    expect(status).toBe(1);
    expect(stderr.replace(/[│\s]+/g, " ")).toContain("lifecycle.prevent_destroy set");
  });

  test.each(PROGRAMS)(
    "on %s, %s passes terraform test: what servers must never be is asserted of its plan",
    (cloud, program) => {
      const folder = synthesize(cloud, program, env);
      run(folder, env, "init");
      const { resource } = JSON.parse(fs.readFileSync(path.join(folder, "cdk.tf.json"), "utf8")) as {
        resource: Record<string, Record<string, unknown>>;
      };
      const asserts = MUST[cloud].flatMap(({ type, holds, why }) =>
        Object.keys(resource[type] ?? {}).map((id) => ({
          condition: `\${${type}.${id}.${holds}}`,
          error_message: `${id}: ${why}`,
        })),
      );
      expect(asserts.length).toBeGreaterThan(0);
      fs.writeFileSync(
        path.join(folder, "shop.tftest.json"),
        JSON.stringify({ run: { plan: { command: "plan", assert: asserts } } }),
      );
      expect(run(folder, env, "test")).toContain("1 passed, 0 failed");
    },
  );

  test("the pipeline plans, judges, seals and applies without a secret, and refuses to apply without a plan", () => {
    const folder = scratch();
    fs.cpSync(path.join(EXAMPLES, "shop-on-aws"), folder, { recursive: true });
    fs.symlinkSync(path.join(REPOSITORY, "node_modules"), path.join(folder, "node_modules"));
    fs.copyFileSync(path.join(EXAMPLES, "pipeline/pipeline.sh"), path.join(folder, "pipeline.sh"));
    const program = path.join(folder, "main.ts");
    const local = fs
      .readFileSync(program, "utf8")
      .replace(/new S3Backend\(shop, \{[^}]*\}\);\nshop\.addOverride\(.*\);\n/, "");
    fs.writeFileSync(program, local.replace("S3Backend, ", ""));
    const phase: NodeJS.ProcessEnv = { ...env, BEEHIVE_PHASE: "infrastructure" };
    const secrets = Object.keys(env).filter((name) => name.startsWith("TF_VAR_"));
    const withoutSecrets = Object.fromEntries(Object.entries(phase).filter(([name]) => !secrets.includes(name)));
    const pipeline = (step: string, environment = phase) =>
      spawnSync("./pipeline.sh", [step], { cwd: folder, env: environment, encoding: "utf8" });
    const early = pipeline("apply");
    expect(early).toMatchObject({ status: 3, stderr: expect.stringContaining("there is no plan") as string });
    const planned = pipeline("plan");
    if (planned.status !== 0) throw new Error(`${planned.stderr}${planned.stdout}`);
    const stack = path.join(folder, "cdktf.out/stacks/shop");
    expect(fs.existsSync(path.join(stack, "plan.json"))).toBe(false);
    expect(JSON.parse(fs.readFileSync(path.join(stack, "verdict.json"), "utf8"))).toMatchObject({ verdict: "fine" });
    expect(fs.readFileSync(path.join(stack, "report.md"), "utf8")).toContain("predicted");
    const sealing = (passphrase: string) => ({ ...withoutSecrets, PLAN_PASSPHRASE: passphrase });
    expect(pipeline("seal", sealing("right")).status).toBe(0);
    fs.rmSync(path.join(folder, "cdktf.out"), { recursive: true });
    expect(pipeline("open", sealing("wrong"))).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("gpg") as string,
    });
    expect(pipeline("open", sealing("right")).status).toBe(0);
    expect(fs.existsSync(path.join(stack, ".terraform"))).toBe(false);
    const applied = pipeline("apply", withoutSecrets);
    if (applied.status !== 0) throw new Error(`${applied.stderr}${applied.stdout}`);
    expect(fs.existsSync(path.join(stack, "plan"))).toBe(false);
  });
});
