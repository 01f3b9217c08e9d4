import * as fs from "node:fs";
import * as path from "node:path";
import { findDrills, lastDrillsFile } from "../../../lib/cli/find-drills";
import { presentReport } from "../../../lib/cli/present-report";
import { scratch } from "../../support/hive";
import { report as measured } from "../../support/drill-results";

/** @returns what people were told; the results go to the folder. */
async function present(folder: string, file?: string): Promise<string> {
  const cwd = jest.spyOn(process, "cwd").mockReturnValue(folder);
  const log = jest.spyOn(console, "log").mockImplementation(() => {});
  const err = jest.spyOn(console, "error").mockImplementation(() => {});
  try {
    await presentReport(measured, file);
    return err.mock.calls.map(([text]) => String(text)).join("\n");
  } finally {
    for (const spy of [cwd, log, err]) spy.mockRestore();
  }
}

test("what a drill measured is left where a report finds it, and reads the same", async () => {
  const folder = scratch();
  expect(await present(folder)).toBe("");
  const file = path.join(folder, ".beehive", "drills", "shop.json");
  expect(lastDrillsFile(folder, "shop")).toBe(file);
  expect(findDrills(undefined, folder, "shop")).toEqual({ drills: { file, report: measured } });
});

test("of another stack there is nothing", async () => {
  const folder = scratch();
  await present(folder);
  expect(findDrills(undefined, folder, "blog")).toEqual({});
});

test("a folder that cannot be written costs the reader a word, and not the results", async () => {
  const folder = scratch();
  fs.writeFileSync(path.join(folder, ".beehive"), "a file where a folder should be");
  const file = path.join(folder, "results.json");
  expect(await present(folder, file)).toContain("beehive report will not find these results");
  expect(JSON.parse(fs.readFileSync(file, "utf8"))).toMatchObject({ stack: "shop" });
  expect(findDrills(undefined, folder, "shop").warning).toContain("cannot be read (ENOTDIR");
});
