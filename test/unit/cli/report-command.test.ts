import * as fs from "node:fs";
import * as path from "node:path";
import { lastDrillsFile } from "../../../lib/cli/find-drills";
import type { DrillReport } from "../../../lib/drills/drill-report";
import type { Manifest } from "../../../lib/manifest/manifest";
import { scratch } from "../../support/hive";
import { report as measured } from "../../support/drill-results";
import { redundantHive, smallHive } from "../judgement/small-hive";
import { runBeehive } from "./run-beehive";

const root = scratch();
const FOUND = path.join("cdktf.out", "stacks", "shop", "beehive.json");

/** A program's folder, as `cdktf synth` leaves it. */
function program(manifest: Manifest = redundantHive()): string {
  const folder = fs.mkdtempSync(path.join(root, "program-"));
  fs.mkdirSync(path.join(folder, path.dirname(FOUND)), { recursive: true });
  fs.writeFileSync(path.join(folder, "cdktf.json"), "{}");
  fs.writeFileSync(path.join(folder, FOUND), JSON.stringify(manifest));
  return folder;
}

const drilled = (rest: Partial<DrillReport> = {}): string =>
  JSON.stringify({ ...measured, stackHash: redundantHive().hash, ...rest });

function leave(folder: string, text: string): string {
  const file = lastDrillsFile(folder, "shop");
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, text);
  return file;
}

const report = (folder: string, ...args: string[]) => runBeehive(folder, ["report", ...args]);

test("a hive that keeps its promise ends with 0", async () => {
  const { code, out, err } = await report(program());
  expect(out.split("\n")[0]).toBe("Stack shop (0123456789abcdef), visitors come in at shop/entrance");
  expect(out.trimEnd().split("\n").at(-1)).toMatch(/^✓ shop: 99\.9984 % .*, the promise is kept\.$/);
  expect({ code, err }).toEqual({ code: 0, err: "" });
});

test("a promise that is not kept, and an error, end with 1", async () => {
  const { code, out } = await report(program(smallHive()));
  expect(code).toBe(1);
  expect(out).toContain("Promise shop/slo cannot be kept");
});

test("an error alone ends with 1, until somebody acknowledges it", async () => {
  const manifest = { ...smallHive(), promises: [] };
  expect((await report(program(manifest))).code).toBe(1);
  for (const finding of ["SINGLE_POINT_OF_FAILURE:lb", "SHARED_FATE:zone rack/c"])
    manifest.acknowledgements.push({ finding, reason: "A second one comes in March." });
  expect((await report(program(manifest))).code).toBe(0);
});

test("every format can be written beside the text", async () => {
  const folder = program(smallHive());
  const file = (name: string) => path.join(folder, name);
  const { out } = await report(
    folder,
    ...["--json", file("r.json"), "--markdown", file("r.md"), "--sarif", file("r.sarif"), "--html", file("r.html")],
  );
  expect(out).toContain("Stack shop");
  const read = (name: string) => fs.readFileSync(file(name), "utf8");
  expect(JSON.parse(read("r.json"))).toMatchObject({ version: 2, prediction: { stack: "shop" } });
  expect(read("r.md")).toMatch(/^### ❌ shop: 99\.889 %/);
  expect(JSON.parse(read("r.sarif")).runs[0].tool.driver.rules).toHaveLength(12);
  expect(read("r.html")).toMatch(/^<!doctype html>/);
});

test("one format can go to standard output, alone", async () => {
  const { out, code } = await report(program(smallHive()), "--json", "-");
  expect(JSON.parse(out).findings[0].id).toBe("SINGLE_POINT_OF_FAILURE:lb");
  expect(code).toBe(1);
});

test("lines of SARIF are told from the root of the repository", async () => {
  const repository = program(smallHive());
  const folder = path.join(repository, "infra", "shop");
  fs.mkdirSync(path.join(repository, ".git"));
  fs.rmSync(path.join(repository, "cdktf.json"));
  fs.mkdirSync(path.dirname(path.join(folder, FOUND)), { recursive: true });
  fs.writeFileSync(path.join(folder, "cdktf.json"), "{}");
  fs.renameSync(path.join(repository, FOUND), path.join(folder, FOUND));
  const uris = async (cwd: string, ...args: string[]) => {
    const { out } = await report(cwd, "--sarif", "-", ...args);
    return JSON.parse(out).runs[0].results.map(
      (result: { locations: { physicalLocation: { artifactLocation: { uri: string } } }[] }) =>
        result.locations[0]!.physicalLocation.artifactLocation.uri,
    );
  };
  expect(new Set(await uris(folder))).toEqual(new Set(["infra/shop/main.ts"]));
  expect(await uris(repository, "--manifest", path.join(folder, FOUND))).toEqual(await uris(folder));
});

describe("drills", () => {
  test("that ran last in this folder are found", async () => {
    const folder = program();
    leave(folder, drilled());
    const { out } = await report(folder);
    expect(out).toContain("last drill: 2026-11-21 08:00 UTC, 3 drills, broken; .beehive/drills/shop.json");
    expect(out).toContain("db-a: 3.1 s");
  });

  test("that are named are taken, and break what they broke", async () => {
    const folder = program();
    fs.writeFileSync(path.join(folder, "mine.json"), drilled());
    const { code, out } = await report(folder, "--drills", "mine.json");
    expect(out).toContain("✗ shop: the drill db-writer-power-loss (db-a) broke a promise.");
    expect(code).toBe(1);
  });

  test("of an older edition of the stack are stale", async () => {
    const folder = program();
    leave(folder, drilled({ stackHash: "another" }));
    const { code, out } = await report(folder);
    expect(out).toContain("stale: the stack has changed since");
    expect(code).toBe(0);
  });

  test.each<[string, string, string]>([
    ["are no JSON", "{", "are no JSON"],
    ["are of another version", drilled({ version: 9 as never }), "have version 9; this beehive reads version 1"],
    ["are of another stack", drilled({ stack: "blog" }), "are of stack blog, and the manifest is of shop"],
    ["lack a field", drilled({ drills: [{ ...measured.drills[0]!, lost: undefined as never }] }), "drills.0.lost"],
    ["are something else", '{"hello":"world"}', "are not what a drill writes: version"],
    ["are nothing", "null", "are not what a drill writes: the whole file"],
  ])("that %s end with 3 where they are named, and are left out where they were found", async (_, text, problem) => {
    const folder = program();
    const file = leave(folder, text);
    const named = await report(folder, "--drills", file);
    expect(named).toMatchObject({ code: 3, out: "", err: expect.stringContaining(problem) });
    const found = await report(folder);
    expect(found).toMatchObject({ code: 0, err: expect.stringContaining("The report is made without drills.") });
    expect(found.out).toContain("no drill yet");
  });

  test("that are not there end with 3, and say how to get some", async () => {
    const { code, err } = await report(program(), "--drills", "nowhere.json");
    expect(code).toBe(3);
    expect(err).toMatch(/nowhere\.json cannot be read \(ENOENT.*beehive demo --json FILE/);
  });
});

test.each<[string, readonly string[], string]>([
  ["a manifest that is not there", ["--manifest", "nowhere.json"], "nowhere.json cannot be read"],
  ["a file that cannot be written", ["--json", "/nowhere/r.json"], "--json /nowhere/r.json cannot be written"],
  ["two formats on standard output", ["--json", "-", "--sarif", "-"], "--json and --sarif both name -"],
  ["an option that does not exist", ["--format", "pdf"], "unknown option '--format'"],
])("%s ends with 3 and says so", async (_, args, message) => {
  const { code, err } = await report(program(), ...args);
  expect(code).toBe(3);
  expect(err).toContain(message);
});

test("a manifest of another version ends with 3, and says what to do", async () => {
  const { code, err } = await report(program({ ...smallHive(), version: 99 as never }));
  expect(code).toBe(3);
  expect(err).toMatch(
    /has version 99; this beehive \(cdktf-beehive .*\) reads versions 2 and 3\. Update cdktf-beehive here/,
  );
});

test("a manifest that contradicts itself ends with 3", async () => {
  const manifest = smallHive();
  manifest.structure.tiers["shop/web"]!.needs = ["shop/nobody"];
  const { code, err } = await report(program(manifest));
  expect(code).toBe(3);
  expect(err).toContain("the manifest contradicts itself");
});
