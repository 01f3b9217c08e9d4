import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

const ROOT = path.resolve(__dirname, "../..");
const STRUCTURE = path.join(ROOT, "scripts/structure.mjs");

/** What the linter says of texts as if they stood in files of the project. One process: loading it costs seconds. */
function lint(texts: readonly { file: string; text: string }[]): string[][] {
  const program = `
    import { ESLint } from "eslint";
    const eslint = new ESLint();
    const said = [];
    for (const { file, text } of JSON.parse(process.argv[1])) {
      const [{ messages }] = await eslint.lintText(text, { filePath: file });
      said.push(messages.filter((m) => m.ruleId === "no-restricted-imports").map((m) => m.message));
    }
    console.log(JSON.stringify(said));`;
  const args = ["--input-type=module", "--eval", program, JSON.stringify(texts)];
  const { stdout, stderr } = spawnSync(process.execPath, args, { cwd: ROOT, encoding: "utf8" });
  if (stdout === "") throw new Error(stderr);
  return JSON.parse(stdout) as string[][];
}

const structure = (folder: string) => spawnSync(process.execPath, [STRUCTURE, folder], { encoding: "utf8" });

test("the linter refuses what a layer may not import, and what it may import passes", () => {
  const planted = [
    { file: "lib/software/kit/planted.ts", text: 'export { main } from "../../cli/main";\n' },
    { file: "lib/sites/hosts/planted.ts", text: 'export { Tier } from "../../tiers/tier";\n' },
    { file: "lib/tiers/planted.ts", text: 'export { HostsSite } from "../sites/hosts/hosts-site";\n' },
    { file: "lib/resilience/planted.ts", text: 'export * from "../contracts/reliability";\n' },
    { file: "lib/contracts/planted.ts", text: 'export { Hive } from "../stack/hive";\n' },
    { file: "lib/drills/planted.ts", text: 'export { Construct } from "constructs";\n' },
    { file: "lib/tiers/web/planted.ts", text: 'export { App } from "cdktf";\n' },
    { file: "lib/tiers/web/planted.ts", text: 'export { Instance } from "@cdktf/provider-aws/lib/instance";\n' },
    { file: "lib/sites/aws/planted.ts", text: 'export { instance } from "@cdktf/provider-aws";\n' },
  ];
  const allowed = [
    { file: "lib/software/kit/planted.ts", text: 'export { sha256 } from "../../core/sha256";\n' },
    { file: "lib/tiers/planted.ts", text: 'export { Hive } from "../stack/hive";\n' },
    { file: "lib/sites/aws/planted.ts", text: 'export { Instance } from "@cdktf/provider-aws/lib/instance";\n' },
  ];
  const said = lint([...planted, ...allowed]);
  expect(said.map((messages) => messages.length)).toEqual([...planted.map(() => 1), ...allowed.map(() => 0)]);
  expect(said[0]![0]).toContain("lib/software may import core, manifest and itself (see LAYERS in scripts/layers.mjs)");
});

test("this checkout has no arrow upwards, no circle, and 25 rooms or fewer", () => {
  const { status, stdout, stderr } = structure(ROOT);
  expect([status, stderr]).toEqual([0, ""]);
  const [, rooms] = /^(\d+) rooms, \d+ arrows, 0 upward, 0 circles$/m.exec(stdout)!;
  expect(Number(rooms)).toBeLessThanOrEqual(25);
});

test("an arrow upwards and a circle of files are named, and fail", () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "structure-"));
  const write = (file: string, text: string) => {
    fs.mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    fs.writeFileSync(path.join(folder, file), text);
  };
  try {
    write("lib/core/first.ts", 'import type { B } from "./second";\nexport type A = B;\n');
    write("lib/core/second.ts", 'import type { A } from "./first";\nexport type B = A;\n');
    write("lib/software/daemon.ts", 'export { Tier } from "../tiers/tier";\n');
    write("lib/tiers/tier.ts", "export class Tier {}\n");
    const { status, stderr } = structure(folder);
    expect(status).toBe(1);
    expect(stderr).toBe(
      "upward: lib/software/daemon.ts -> lib/tiers/tier.ts (scripts/layers.mjs says what a layer may import)\n" +
        "circle: lib/core/first.ts, lib/core/second.ts\n",
    );
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
});
