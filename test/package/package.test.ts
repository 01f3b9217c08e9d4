import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { scratch } from "../support/hive";
import { CleanProject, type Tool, UserTools } from "./clean-project";
import { freshClone, pack, REPOSITORY, repositoryFiles, type Packed } from "./packed";

jest.setTimeout(900_000);

let clone: string;
let packed: Packed;
let tools: UserTools;

/** What work in the folder leaves there, and Git ignores. */
const LEFTOVERS = [
  "dist/lib/removed.js",
  "lib/software/database/galera/agent/__pycache__/agent.pyc",
  "examples/shop-on-hosts/cdktf.out/manifest.json",
  "examples/shop-on-hosts/.beehive/drills.json",
  "examples/shop-on-hosts/.terraform/environment",
  "examples/shop-on-hosts/terraform.shop.tfstate",
  "examples/shop-on-hosts/cdktf.log",
  "examples/shop-on-hosts/package-lock.json",
];

beforeAll(() => {
  clone = freshClone();
  for (const file of LEFTOVERS) {
    fs.mkdirSync(path.dirname(path.join(clone, file)), { recursive: true });
    fs.writeFileSync(path.join(clone, file), "{}");
  }
  packed = pack(clone);
  tools = new UserTools();
});

const read = (...parts: string[]): string => fs.readFileSync(path.join(REPOSITORY, ...parts), "utf8");

describe("npm pack in a fresh clone", () => {
  /** Where a packed file comes from; undefined for a stray one. */
  const originOf = (file: string, known: ReadonlySet<string>): string | undefined => {
    if (/^dist\/lib\/packed\/[a-z]+\.js$/.test(file)) return "scripts/pack-modules.js";
    const built = /^dist\/(lib\/.*?)(?:\.d\.ts|\.js)?$/.exec(file)?.[1];
    const origins = built === undefined ? [file] : [`${built}.ts`, `${built}.tsx`, file.slice("dist/".length)];
    return origins.find((origin) => known.has(origin));
  };

  test("packs what is there for users, each file from one of the repository", () => {
    const known = new Set(repositoryFiles());
    expect(packed.files.filter((file) => originOf(file, known) === undefined)).toEqual([]);
    expect([...new Set(packed.files.map((file) => file.split("/")[0]))].sort()).toEqual(
      [
        "CHANGELOG.md",
        "CONTRIBUTING.md",
        "LICENSE",
        "README.md",
        "bin",
        "dist",
        "docs",
        "examples",
        "package.json",
      ].sort(),
    );
    const sources = packed.files.filter((file) => /\.tsx?$/.test(file) && !file.endsWith(".d.ts"));
    expect(sources.filter((file) => !file.startsWith("examples/"))).toEqual([]);
  });

  test("packs all of the library, its documents and its examples: what was compiled, and the programs for machines", () => {
    const wanted = repositoryFiles()
      .filter((file) => /^(lib|bin|docs|examples)\//.test(file))
      .map((file) => (file.startsWith("lib/") ? `dist/${file.replace(/\.tsx?$/, ".js")}` : file));
    expect(wanted.filter((file) => !packed.files.includes(file))).toEqual([]);
    expect(wanted.some((file) => file.endsWith(".py"))).toBe(true);
  });

  /** What a program prints that runs in the clone, for each line of it. */
  const run = (program: string, ...options: string[]): string[] =>
    execFileSync(process.execPath, [...options, "-e", program], { cwd: clone, encoding: "utf8" })
      .trim()
      .split("\n");
  const LOADED = `console.log(Object.keys(require.cache).map((file) => require("path").relative(".", file)).join("\\n"))`;

  test("an import loads few files of ours, and the command and the engine load no cdktf", () => {
    const loads = (module: string) => run(`require("./dist/lib/${module}"); ${LOADED}`);
    const own = (files: string[]) => files.filter((file) => file.startsWith("dist/lib/"));
    expect(own(loads("index")).length).toBeLessThan(25);
    for (const cloud of ["aws", "digitalocean"]) expect(own(loads(cloud)).length).toBeLessThan(25);
    for (const entry of ["cli/main", "resilience/index"]) {
      const files = loads(entry);
      expect(own(files).length).toBeGreaterThan(10);
      expect(files.filter((file) => /node_modules\/(cdktf|constructs)\/|packed/.test(file))).toEqual([]);
    }
  });

  test("a module that is packed has all of its names where it was, and is there once", () => {
    const stubs = repositoryFiles().flatMap((file) => {
      const built = `dist/${file.replace(/\.tsx?$/, ".js")}`;
      const text =
        file.startsWith("lib/") && /\.tsx?$/.test(file) ? fs.readFileSync(path.join(clone, built), "utf8") : "";
      const names = /^0 && \(module\.exports = \{ (.*) \}\);$/m.exec(text)?.[1];
      return names === undefined ? [] : [{ built, names: names.split(", ").filter(Boolean).sort() }];
    });
    expect(stubs.length).toBeGreaterThan(150);
    const program = stubs.map(({ built }) => `console.log(Object.keys(require("./${built}")).sort().join())`).join(";");
    expect(run(program)).toEqual(stubs.map(({ names }) => names.join()));
    const same = `require("./dist/lib/index").BeehiveError === require("./dist/lib/core/errors").BeehiveError`;
    const named = `import { Tier } from "./dist/lib/index.js"; import { isTier } from "./dist/lib/tiers/tier.js"`;
    expect(run(`console.log(${same})`)).toEqual(["true"]);
    expect(run(`${named}; console.log(isTier(Tier.prototype))`, "--input-type=module")).toEqual(["true"]);
  });

  test("packs whatever the documents lead to", () => {
    const texts = packed.files.filter((file) => file.endsWith(".md"));
    const dead = texts.flatMap((file) =>
      [...read(file).matchAll(/\]\((?!https?:)([^)#]+)/g)]
        .map(([, link]) => path.join(path.dirname(file), link!))
        .filter((target) => !packed.files.some((one) => one === target || one.startsWith(`${target}/`)))
        .map((target) => `${file}: ${target}`),
    );
    expect(dead).toEqual([]);
  });

  test("cdktf synth in the repository is the example on hosts", () => {
    const key = path.join(scratch(), "key");
    execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", key]);
    const env = { ...process.env, SHOP_SSH_KEY: key, CHECKPOINT_DISABLE: "1", CI: "true" };
    execFileSync("node_modules/.bin/cdktf", ["synth"], { cwd: clone, env, stdio: "pipe" });
    const manifest = fs.readFileSync(path.join(clone, "cdktf.out/stacks/shop/beehive.json"), "utf8");
    expect(JSON.parse(manifest)).toMatchObject({ stack: "shop", sites: [{ kind: "hosts" }] });
  });
});

const TYPESCRIPTS: Readonly<Record<string, Tool>> = {
  "5.0": "typescript50",
  "5.4": "typescript54",
  "7.0": "typescript70",
};

/** All entry points by their names, and what is internal is not there. */
const TYPED = `
import { App, TerraformStack } from "cdktf";
import { Duration, GaleraCluster, HostsSite, Reliability, Tier, type ISite, type TierStructure } from "cdktf-beehive";
import { AwsSite, type AwsSiteProps } from "cdktf-beehive/aws";
import { DigitalOceanSite, type DigitalOceanSiteProps } from "cdktf-beehive/digitalocean";
import { analyzeStructure, parseFaultModel } from "cdktf-beehive/resilience";

const stack = new TerraformStack(new App(), "shop");
const site: ISite = new HostsSite(stack, "rack", { hosts: [{ name: "a", address: "192.0.2.1", zone: "a" }], ssh: { user: "root" } });
const tier: Tier = new GaleraCluster(stack, "db", { site, nodes: 3, databases: ["shop"] });
export const structure: TierStructure = tier.structure();
const { likely } = analyzeStructure({ nodes: { a: { probability: 0.1 } }, tiers: {}, entrance: "a" }).numbers().unavailability;
export const minutes: number = likely * 60 + Duration.seconds(1).toSeconds();
export const region: AwsSiteProps["region"] & DigitalOceanSiteProps["zones"][number] = "eu-central-1";
export const all = [AwsSite, DigitalOceanSite, parseFaultModel];
// @ts-expect-error: typed, not unknown.
export const wrong: AwsSiteProps["zones"] = 1;
// @ts-expect-error: internal.
Reliability.fromNumbers("sla", "a contract", { probability: [0, 0, 0] });
`;

/** A program for each entry point; prints what it made. */
const PROGRAMS = {
  "cdktf-beehive": `
    const { App, TerraformStack } = require("cdktf");
    const { GaleraCluster, HostsSite } = require("cdktf-beehive");
    const app = new App();
    const stack = new TerraformStack(app, "shop");
    const hosts = ["a", "b", "c"].map((name) => ({ name, address: "192.0.2." + name.charCodeAt(0), zone: name }));
    const site = new HostsSite(stack, "rack", { hosts, ssh: { user: "root" } });
    new GaleraCluster(stack, "db", { site, nodes: 3, databases: ["shop"] });
    app.synth();`,
  "cdktf-beehive/aws": `
    const { App, TerraformStack } = require("cdktf");
    const { AwsSite } = require("cdktf-beehive/aws");
    const app = new App();
    const ssh = { from: ["192.0.2.0/24"], keyName: "shop" };
    new AwsSite(new TerraformStack(app, "shop"), "aws", { region: "eu-central-1", ssh });
    app.synth();`,
  "cdktf-beehive/digitalocean": `
    const { App, TerraformStack } = require("cdktf");
    const { DigitalOceanSite } = require("cdktf-beehive/digitalocean");
    const { GaleraCluster } = require("cdktf-beehive");
    const app = new App();
    const stack = new TerraformStack(app, "shop");
    const ssh = { from: ["192.0.2.0/24"], keys: ["1234567"] };
    const site = new DigitalOceanSite(stack, "do", { zones: ["fra1", "ams3", "lon1"], ssh });
    new GaleraCluster(stack, "db", { site, nodes: 3, databases: ["shop"] });
    app.synth();`,
  "cdktf-beehive/resilience": `
    const { analyzeStructure } = require("cdktf-beehive/resilience");
    const { unavailability } = analyzeStructure({
      nodes: { a: { probability: 0.1 }, b: { probability: 0.1 } },
      tiers: { web: { atLeast: 1, of: ["a", "b"] } },
      entrance: "web",
    }).numbers();
    console.log(unavailability.likely.toFixed(6));`,
} as const;

/** Terraform's types of what was synthesized, and the version of what synthesized it. */
function synthesized(project: CleanProject): { version: string; types: string[] } {
  const stack = JSON.parse(project.read("cdktf.out/stacks/shop/cdk.tf.json")) as {
    "//": { metadata: { version: string } };
    resource: Record<string, unknown>;
  };
  return { version: stack["//"].metadata.version, types: Object.keys(stack.resource) };
}

describe("a project on cdktf", () => {
  let project: CleanProject;

  beforeAll(() => {
    project = new CleanProject();
    const providers = ["@cdktf/provider-aws@21", "@cdktf/provider-digitalocean@13"];
    const others = ["constructs@^10.4.2", "@types/node@20", "tsx@4"];
    const packages = ["cdktf@^0.21.0", ...others, ...providers, packed.tarball];
    project.run("npm", "install", "--no-audit", "--no-fund", ...packages);
    project.write("main.ts", TYPED);
  });

  const init = JSON.parse(read("node_modules/cdktf-cli/bundle/templates/typescript/tsconfig.json")) as {
    compilerOptions: object;
  };
  const strict = { skipLibCheck: false, noEmit: true, incremental: false, declaration: false };
  const classic = { ...init.compilerOptions, ...strict };
  const node16 = { ...classic, module: "node16", moduleResolution: "node16" };
  const node10 = { ...classic, moduleResolution: "node10", ignoreDeprecations: "6.0" };

  const compilerOf = (version: string): string =>
    version === "6.0"
      ? path.join(REPOSITORY, "node_modules/typescript/bin/tsc")
      : tools.path(TYPESCRIPTS[version]!, "bin/tsc");

  test.each([
    ["5.0", "of cdktf init", classic],
    ["5.0", "of node16", node16],
    ["5.4", "of cdktf init", classic],
    ["5.4", "of node16", node16],
    ["6.0", "of cdktf init", classic],
    ["6.0", "of node10", node10],
    ["6.0", "of node16", node16],
    ["7.0", "of cdktf init", classic],
    ["7.0", "of node16", node16],
  ])("TypeScript %s compiles all entry points and their declarations with the settings %s", (version, _, options) => {
    project.write("tsconfig.json", JSON.stringify({ compilerOptions: options, files: ["main.ts"] }));
    const compiler = compilerOf(version);
    expect(project.run("node", compiler, "--version")).toContain(`Version ${version}`);
    expect(project.attempt("node", compiler, "-p", ".")).toEqual({ ok: true, said: "" });
  });

  test.each([
    ["cdktf-beehive", "terraform_data"],
    ["cdktf-beehive/aws", "aws_vpc"],
    ["cdktf-beehive/digitalocean", "digitalocean_droplet"],
  ] as const)("a program synthesizes with %s", (entry, type) => {
    project.write("main.js", PROGRAMS[entry]);
    project.run("node", "main.js");
    expect(synthesized(project)).toMatchObject({ version: "0.21.0", types: expect.arrayContaining([type]) });
  });

  test.each(["extending", "shop-on-aws", "shop-on-digitalocean", "shop-on-hosts"])(
    "the example %s compiles with its own settings, with the oldest and the newest TypeScript",
    (example) => {
      const folder = path.join("node_modules/cdktf-beehive/examples", example);
      // A copy, as users make one: a package's own files are not checked.
      fs.cpSync(path.join(project.folder, folder), path.join(project.folder, example), { recursive: true });
      for (const version of ["5.0", "7.0"]) {
        expect(project.attempt("node", compilerOf(version), "-p", example)).toEqual({ ok: true, said: "" });
      }
    },
  );

  test("the first program of README compiles, synthesizes by its own cdktf.json, and keeps its promise", () => {
    const shown = read("README.md").split("## A first program")[1]!.split("\n## ")[0]!;
    const block = (language: string) => new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\``, "m").exec(shown)![1]!;
    const folder = "first";
    project.write(`${folder}/main.ts`, block("ts"));
    project.write(`${folder}/cdktf.json`, block("json"));
    const example = "node_modules/cdktf-beehive/examples/shop-on-hosts";
    project.write(`${folder}/tsconfig.json`, project.read(`${example}/tsconfig.json`));
    // The copy of the application is README's own command.
    const [copy] = /^cp -r .*$/m.exec(shown)!;
    const bin = [path.join(REPOSITORY, "node_modules/.bin"), process.env.PATH].join(path.delimiter);
    const here = path.join(project.folder, folder);
    const shell = (script: string) =>
      project.attempt("sh", "-ec", `cd ${here}; PATH=${bin}; export CI=true CHECKPOINT_DISABLE=1; ${script}`);
    expect(shell(copy.replace("node_modules", "../node_modules"))).toEqual({ ok: true, said: "" });
    expect(project.attempt("node", compilerOf("7.0"), "-p", folder)).toEqual({ ok: true, said: "" });
    expect(shell("cdktf synth")).toMatchObject({ ok: true });
    const report = shell("../node_modules/.bin/beehive report");
    expect(report).toEqual({ ok: true, said: expect.stringContaining("the promise is kept") });
  });

  test("a program computes with cdktf-beehive/resilience", () => {
    project.write("main.js", PROGRAMS["cdktf-beehive/resilience"]);
    expect(project.run("node", "main.js")).toBe("0.010000\n");
  });

  test("the command reads what was synthesized", () => {
    project.write("main.js", PROGRAMS["cdktf-beehive"]);
    project.run("node", "main.js");
    expect(project.attempt("npx", "--no-install", "beehive", "report", "--json", "-").said).toContain('"availability"');
  });
});

describe("a project on cdktn, by the commands of docs/guides/cdktn.md", () => {
  /** Commands of a heading, for the packed library and the provider that is quick to install. */
  function commandsOf(heading: string, library: string): string {
    const [, commands] = new RegExp(`^## ${heading}\\n\\n\`\`\`sh\\n([^]*?)\`\`\``, "m").exec(
      read("docs/guides/cdktn.md"),
    )!;
    expect(commands).toContain("@cdktf/provider-aws cdktf-beehive\n");
    return commands!
      .replaceAll("@cdktf/provider-aws", "@cdktf/provider-digitalocean")
      .replace("cdktf-beehive\n", `${library}\n`);
  }

  function install(manager: "npm" | "pnpm" | "yarn1" | "yarn4", heading: string, project: CleanProject): void {
    const library = manager === "yarn4" ? `cdktf-beehive@file:${packed.tarball}` : packed.tarball;
    project.run("sh", "-ec", commandsOf(heading, library));
    project.write("main.js", PROGRAMS["cdktf-beehive/digitalocean"]);
  }

  const made = { version: "0.24.0", types: expect.arrayContaining(["digitalocean_droplet"]) as string[] };

  test.each([
    ["pnpm", "pnpm"],
    ["yarn1", "Yarn"],
  ] as const)("%s", (manager, heading) => {
    const project = new CleanProject(tools.environment(manager));
    install(manager, heading, project);
    project.run("node", "main.js");
    expect(synthesized(project)).toEqual(made);
  });

  test("yarn4 with Plug'n'Play", () => {
    const project = new CleanProject(tools.environment("yarn4"));
    project.write("yarn.lock", "");
    install("yarn4", "Yarn", project);
    project.run("yarn", "node", "main.js");
    expect(synthesized(project)).toEqual(made);
  });

  test("npm, where cdktf synth of 0.21 synthesizes, and the declarations compile", () => {
    const project = new CleanProject(tools.environment("npm"));
    install("npm", "npm", project);
    project.write("cdktf.json", JSON.stringify({ ...JSON.parse(read("cdktf.json")), app: "node main.js" }));
    project.run(path.join(REPOSITORY, "node_modules/.bin/cdktf"), "synth");
    expect(synthesized(project)).toEqual(made);
    project.write("main.ts", `import { HostsSite } from "cdktf-beehive";\nexport const site = HostsSite;\n`);
    const options = ["--noEmit", "--strict", "--module", "commonjs", "--skipLibCheck", "false"];
    const compiler = path.join(REPOSITORY, "node_modules/typescript/bin/tsc");
    expect(project.attempt("node", compiler, ...options, "main.ts")).toEqual({ ok: true, said: "" });
  });

  test("npm without the override refuses, as the page says", () => {
    const project = new CleanProject(tools.environment("npm"));
    const [, command] = commandsOf("npm", packed.tarball).trim().split("\n");
    expect(project.attempt("sh", "-ec", command!)).toEqual({ ok: false, said: expect.stringContaining("ERESOLVE") });
  });
});
