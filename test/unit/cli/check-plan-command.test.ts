import * as fs from "node:fs";
import * as path from "node:path";
import { main } from "../../../lib/cli/main";
import { scratch } from "../../support/hive";
import { machines, planned, type PlannedTier } from "../plan/plans";

const root = scratch();

/** Runs the command on files of a stack. @returns what the shell and the reader get */
async function checkPlan(tier: PlannedTier, args: readonly string[] = [], change: (folder: string) => void = () => {}) {
  const folder = fs.mkdtempSync(path.join(root, "run-"));
  const { plan, manifest, synthesized } = planned({ db: { kind: "db", ...tier } });
  const write = (file: string, content: unknown) => fs.writeFileSync(path.join(folder, file), JSON.stringify(content));
  write("plan.json", plan);
  write("beehive.json", manifest);
  write("cdk.tf.json", synthesized);
  change(folder);
  const out = jest.spyOn(console, "log").mockImplementation(() => {});
  const err = jest.spyOn(console, "error").mockImplementation(() => {});
  const raw = jest.spyOn(process.stdout, "write").mockImplementation(() => true);
  const before = process.exitCode;
  process.exitCode = undefined;
  try {
    await main([
      "check-plan",
      path.join(folder, "plan.json"),
      "--manifest",
      path.join(folder, "beehive.json"),
      ...args,
    ]);
    const said = (spy: jest.SpyInstance) => spy.mock.calls.map(([text]) => String(text)).join("\n");
    return { code: process.exitCode ?? 0, out: said(out), err: said(err), raw: said(raw), folder };
  } finally {
    for (const spy of [out, err, raw]) spy.mockRestore();
    process.exitCode = before;
  }
}

const fine: PlannedTier = { before: machines("db", 3), after: machines("db", 3) };
const bad: PlannedTier = { before: machines("db", 3), after: machines("db", 3, 4) };

test("a fine plan ends with 0", async () => {
  const { code, out } = await checkPlan(fine);
  expect(code).toBe(0);
  expect(out).toContain("is fine");
  expect(out).toContain("The plan changes nothing.");
});

test("a refused plan ends with 1, names the resources and says what to do", async () => {
  const { code, out } = await checkPlan(bad);
  expect(code).toBe(1);
  expect(out).toContain('delete  terraform_data.db_members_2072AB5E["db-1"]  (shop/db/members/Resource)');
  expect(out).toContain("Instead: Take several deploys");
  expect(out).toContain("--allow 'LAST_COPY:shop/db' --reason");
  expect(out).toContain("12 of 12 resource changes judged.");
});

test("an acknowledged finding ends with 0 and its reason is printed", async () => {
  const { code, out } = await checkPlan(bad, ["--allow", "LAST_COPY:shop/db", "--reason", "restored from backup"]);
  expect(code).toBe(0);
  expect(out).toContain("Acknowledged: restored from backup");
});

test("the verdict goes to a file as JSON, or to standard output alone", async () => {
  const file = path.join(root, "verdict.json");
  await checkPlan(bad, ["--json", file]);
  const expected = {
    version: 1,
    verdict: "refused",
    stack: "shop",
    findings: [{ rule: "LAST_COPY", subject: "shop/db" }],
  };
  expect(JSON.parse(fs.readFileSync(file, "utf8"))).toMatchObject(expected);
  const { raw, out, code } = await checkPlan(bad, ["--json", "-"]);
  expect(JSON.parse(raw)).toMatchObject(expected);
  expect({ out, code }).toEqual({ out: "", code: 1 });
});

test.each<[string, (folder: string) => void, string]>([
  ["a plan that is not there", (folder) => fs.rmSync(path.join(folder, "plan.json")), "cannot be read (ENOENT"],
  ["a plan that is none", (folder) => fs.writeFileSync(path.join(folder, "plan.json"), "{"), "the plan is no JSON"],
  ["a missing cdk.tf.json", (folder) => fs.rmSync(path.join(folder, "cdk.tf.json")), "cdk.tf.json is needed beside"],
  [
    "a manifest of another version",
    (folder) => {
      const file = path.join(folder, "beehive.json");
      fs.writeFileSync(file, fs.readFileSync(file, "utf8").replace(/"version":\d+/, '"version":99'));
    },
    "has version 99; this beehive",
  ],
])("%s ends with 3 and says so", async (_, change, message) => {
  const { code, err, out } = await checkPlan(fine, [], change);
  expect(code).toBe(3);
  expect(err).toContain(message);
  expect(out).toBe("");
});

test("an acknowledgement without a reason ends with 3", async () => {
  expect(await checkPlan(bad, ["--allow", "LAST_COPY:shop/db"])).toMatchObject({ code: 3 });
});
