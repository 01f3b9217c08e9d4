import { TerraformResource, TerraformStack, Testing } from "cdktf";
import { dependencyName, late, lateList, lateText } from "../../../lib/core/late";

class Thing extends TerraformResource {
  constructor(
    scope: TerraformStack,
    id: string,
    private readonly attributes: () => Record<string, unknown> = () => ({}),
  ) {
    super(scope, id, { terraformResourceType: "thing" });
  }

  protected override synthesizeAttributes(): Record<string, unknown> {
    return this.attributes();
  }
}

function things(make: (stack: TerraformStack) => void): Record<string, Record<string, unknown>> {
  const stack = new TerraformStack(Testing.app(), "shop");
  make(stack);
  const written = JSON.parse(Testing.synth(stack)) as { resource: { thing: Record<string, Record<string, unknown>> } };
  return written.resource.thing;
}

test("late values are what they are when the stack is synthesized", () => {
  const found = things((stack) => {
    const sizes = ["small"];
    const attributes = {
      text: lateText(() => sizes.at(-1)),
      list: lateList(() => sizes),
      value: late(() => ({ sizes: sizes.length })),
      none: lateText(() => undefined),
    };
    new Thing(stack, "a", () => attributes);
    sizes.push("large");
  });
  expect(found.a).toMatchObject({ text: "large", list: ["small", "large"], value: { sizes: 2 } });
  expect(found.a).not.toHaveProperty("none");
});

test("a dependency has one name for all who depend on it, the one that cdktf gives", () => {
  const found = things((stack) => {
    const before = new Thing(stack, "before");
    for (const id of ["b", "c"]) new Thing(stack, id).dependsOn = [dependencyName(before)];
    expect(dependencyName(before)).toBe(dependencyName(before));
    new Thing(stack, "d").dependsOn = [before.fqn];
  });
  expect([found.b, found.c].map((one) => one!.depends_on)).toEqual([["thing.before"], ["thing.before"]]);
});
