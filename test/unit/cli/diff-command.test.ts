import * as fs from "node:fs";
import * as path from "node:path";
import type { Manifest } from "../../../lib/manifest/manifest";
import { scratch } from "../../support/hive";
import { redundantHive, smallHive } from "../judgement/small-hive";
import { runBeehive } from "./run-beehive";

const folder = scratch();
const write = (name: string, manifest: Manifest): void =>
  fs.writeFileSync(path.join(folder, name), JSON.stringify(manifest));

beforeAll(() => {
  write("two.json", redundantHive());
  write("one.json", smallHive());
});

const diff = (...args: string[]) => runBeehive(folder, ["diff", ...args]);

function onTerminal<T>(isTTY: boolean, work: () => Promise<T>): Promise<T> {
  const before = process.stdout.isTTY;
  process.stdout.isTTY = isTTY;
  return work().finally(() => (process.stdout.isTTY = before));
}

test("in a pipe it is a comment for a pull request, and ends with 0", async () => {
  const { code, out } = await onTerminal(false, () => diff("two.json", "one.json"));
  expect(out).toMatch(/^<!-- beehive-diff shop -->\n\n### ❌ shop: 99\.9984 % -&gt; 99\.889 %/);
  expect(code).toBe(0);
});

test("at a terminal it is a text", async () => {
  const { out } = await onTerminal(true, () => diff("two.json", "one.json"));
  expect(out).toMatch(/shop: 99\.9984 % -> 99\.889 %: \+2 single points of failure/);
  expect(out).not.toContain("<!--");
});

test("--markdown alone prints the comment, also at a terminal", async () => {
  const { out } = await onTerminal(true, () => diff("two.json", "one.json", "--markdown"));
  expect(out).toMatch(/^<!-- beehive-diff shop -->/);
});

test("comment and data can be written to files, and the text stays", async () => {
  const [comment, data] = [path.join(folder, "c.md"), path.join(folder, "d.json")];
  const { out } = await onTerminal(true, () => diff("two.json", "one.json", "--markdown", comment, "--json", data));
  expect(out).toContain("+2 single points of failure");
  expect(fs.readFileSync(comment, "utf8")).toMatch(/^<!-- beehive-diff shop -->/);
  expect(JSON.parse(fs.readFileSync(data, "utf8"))).toMatchObject({
    version: 1,
    availability: "worse",
    singlePoints: { gained: ["zone rack/c", "lb"] },
  });
});

test("--fail-on-loss ends with 1 when nines or single points got worse, and with 0 otherwise", async () => {
  expect((await diff("two.json", "one.json", "--fail-on-loss")).code).toBe(1);
  expect((await diff("one.json", "two.json", "--fail-on-loss")).code).toBe(0);
  expect((await diff("two.json", "two.json", "--fail-on-loss")).code).toBe(0);
});

test.each<[string, readonly string[], string]>([
  ["one manifest", ["two.json"], "missing required argument 'new'"],
  ["a manifest that is not there", ["two.json", "nowhere.json"], "nowhere.json cannot be read"],
  ["two kinds on standard output", ["two.json", "one.json", "--markdown", "--json", "-"], "--markdown and --json both"],
])("%s ends with 3 and says so", async (_, args, message) => {
  const { code, err } = await diff(...args);
  expect(code).toBe(3);
  expect(err).toContain(message);
});

test("a manifest of another version ends with 3, and says what to do", async () => {
  write("old.json", { ...smallHive(), version: 1 as never });
  const { code, err } = await diff("old.json", "one.json");
  expect(code).toBe(3);
  expect(err).toMatch(/old\.json has version 1; .* reads versions 2 and 3\. Run cdktf synth again/);
});

test("a manifest that contradicts itself ends with 3", async () => {
  const broken = smallHive();
  broken.structure.tiers["shop/web"]!.needs = ["shop/nobody"];
  write("broken.json", broken);
  const { code, err } = await diff("broken.json", "one.json");
  expect(code).toBe(3);
  expect(err).toContain("one of the manifests contradicts itself");
});
