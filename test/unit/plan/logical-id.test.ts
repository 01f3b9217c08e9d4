import { Construct } from "constructs";
import fc from "fast-check";
import { Testing, TerraformOutput, TerraformStack } from "../../../lib/cdktf";
import { logicalId } from "../../../lib/plan/logical-id";
import { SynthesizedStack } from "../../../lib/plan/synthesized-stack";

const stack = new TerraformStack(Testing.app(), "shop");

test("a resource gets the name that cdktf gives it", () => {
  const id = fc.oneof(
    fc.stringMatching(/^[A-Za-z0-9_. -]{1,12}[a-z]$/),
    fc.constantFrom("Resource", "Default", "db", "rollout", "t"),
  );
  fc.assert(
    fc.property(fc.array(id, { minLength: 1, maxLength: 5 }), (ids) => {
      fc.pre(ids.at(-1) !== "Default" && ids[0] !== "beehive");
      const root = new Construct(stack, `root-${Math.random()}`);
      const parent = ids.slice(0, -1).reduce((scope, name) => new Construct(scope, name), root);
      const output = new TerraformOutput(parent, ids.at(-1)!, { value: "" });
      expect(logicalId([root.node.id, ...ids])).toBe(stack.getLogicalId(output));
    }),
  );
});

test("an id that is too long is cut where cdktf cuts it", () => {
  const ids = ["a".repeat(200), "b".repeat(200)];
  const output = new TerraformOutput(new Construct(stack, ids[0]!), ids[1]!, { value: "" });
  expect(logicalId(ids)).toBe(stack.getLogicalId(output));
});

test("a stack below another construct is recognized", () => {
  const name = logicalId(["db", "members", "Resource"]);
  const metadata = { path: "europe/shop/db/members/Resource" };
  const nested = SynthesizedStack.parse({ resource: { terraform_data: { [name]: { "//": { metadata } } } } });
  expect(nested.taskAt("europe/shop/db/rollout/db-9")).toBe(`terraform_data.${logicalId(["db", "rollout", "db-9"])}`);
});
