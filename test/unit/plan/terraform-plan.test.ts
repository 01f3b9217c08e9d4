import { parsePlan } from "../../../lib/plan/terraform-plan";
import { parseAcknowledgements } from "../../../lib/plan/acknowledgement";

const plan = (rest: object) => JSON.stringify({ format_version: "1.2", configuration: { root_module: {} }, ...rest });

test("a plan without resources is a plan", () => {
  expect(parsePlan(plan({}))).toMatchObject({ resource_changes: [] });
});

test.each([
  ["Terraform's own plan file", "PK\u0003\u0004rest", "terraform show -json FILE > plan.json"],
  ["text", "Plan: 3 to add", "the plan is no JSON"],
  ["the log of terraform plan -json", '{"@level":"info"}\n{"@level":"info"}\n', "the log of terraform plan -json"],
  ["a log of one line", '{"@level":"info"}', "the log of terraform plan -json"],
  ["a state", '{"version":4,"serial":3,"resources":[]}', "a state and plans nothing"],
  ["the state as terraform show -json prints it", '{"format_version":"1.0","values":{}}', "a state and plans nothing"],
  ["a list", "[]", "no plan of Terraform: the whole file"],
  ["a plan that failed", plan({ errored: true }), "planning failed"],
  ["a plan of a later format", plan({ format_version: "2.0" }), "format_version is 2.0; known is 1.x"],
  [
    "an action that nobody knows",
    plan({
      resource_changes: [{ address: "a.b", mode: "managed", type: "a", name: "b", change: { actions: ["melt"] } }],
    }),
    "resource_changes.0.change.actions.0",
  ],
])("%s is refused", (_, text, message) => {
  expect(() => parsePlan(text)).toThrow(message);
});

test.each([
  [["QUORUM_LOSS:shop/db"], [], "--allow is given 1 times and --reason 0 times"],
  [["QUORUM_LOST:shop/db"], ["x"], "RULE:SUBJECT as the finding prints it, with a rule of LAST_COPY, QUORUM_LOSS"],
  [["QUORUM_LOSS"], ["x"], '--allow is "QUORUM_LOSS"'],
  [["QUORUM_LOSS:shop/db"], [" "], "is empty; say why"],
])("the acknowledgement %s with the reasons %j is refused", (allowed, reasons, message) => {
  expect(() => parseAcknowledgements(allowed, reasons)).toThrow(message);
});

test("an acknowledged address may hold colons and quotes", () => {
  expect(parseAcknowledgements(['LAST_COPY:a.b["x:y"]'], ["old"])).toEqual([
    { rule: "LAST_COPY", subject: 'a.b["x:y"]', reason: "old" },
  ]);
});
