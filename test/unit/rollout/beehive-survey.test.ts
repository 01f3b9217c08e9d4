import { spawnSync } from "node:child_process";
import * as path from "node:path";

const MODULES = path.resolve(__dirname, "../../../lib/rollout/machine");

test("a survey finds what is the owner's, and what was taken over comes back", () => {
  const program = path.join(__dirname, "beehive-survey.py");
  const { status, stderr } = spawnSync("python3", ["-B", program, MODULES], { encoding: "utf8" });
  expect([status, status === 0 ? "" : stderr]).toEqual([0, ""]);
  expect(stderr).toMatch(/Ran [1-9]\d* tests in/);
});
