import { resourceAt, synth } from "../../support/hive";
import { cloudShop } from "../../support/tiny-cloud";

const infrastructure = () => cloudShop({ context: { "beehive:phase": "infrastructure" } });

const withEnvironment = <T>(value: string, work: () => T): T => {
  process.env.BEEHIVE_PHASE = value;
  try {
    return work();
  } finally {
    delete process.env.BEEHIVE_PHASE;
  }
};
const reachesMachines = (stack: ReturnType<typeof cloudShop>["stack"]): boolean =>
  Object.values(synth(stack).resource.terraform_data).some(
    ({ provisioner, connection }) => provisioner !== undefined || connection !== undefined,
  );

describe("in the phase infrastructure", () => {
  test("every task stays in the stack, under its name, and none reaches a machine", () => {
    const { stack } = infrastructure();
    expect(Object.keys(synth(stack).resource.terraform_data)).toEqual(
      Object.keys(synth(cloudShop().stack).resource.terraform_data),
    );
    expect(reachesMachines(stack)).toBe(false);
  });

  test.each(["cloud/web-a/prepare/Resource", "cloud/db-a/data/db-a", "web/rollout/web-a", "web/members/settled"])(
    "%s waits, and is left as it is where it exists",
    (task) => {
      const resource = resourceAt(infrastructure().stack, task);
      expect(resource.triggers_replace).toEqual({ phase: "infrastructure" });
      expect(resource.lifecycle).toEqual({ ignore_changes: "all" });
      expect(resource.depends_on).toEqual(resourceAt(cloudShop().stack, task).depends_on);
    },
  );

  test("a membership is written down as it will stay, and says no farewell", () => {
    const [waiting, working] = [infrastructure().stack, cloudShop().stack].map((stack) =>
      resourceAt(stack, "db/members/Resource"),
    );
    expect(waiting).toEqual({
      ...working,
      provisioner: undefined,
      lifecycle: { create_before_destroy: true, ignore_changes: "all" },
    });
  });
});

describe("the phase", () => {
  test("is everything by default", () => {
    expect(reachesMachines(cloudShop().stack)).toBe(true);
  });

  test("comes from the environment, too, for a pipeline", () => {
    expect(withEnvironment("infrastructure", () => reachesMachines(cloudShop().stack))).toBe(false);
  });

  test("of the environment wins over the context of the program", () => {
    expect(withEnvironment("everything", () => reachesMachines(infrastructure().stack))).toBe(true);
  });

  test("is that of the context when the environment's is empty, as pipelines leave it", () => {
    expect(withEnvironment("", () => reachesMachines(infrastructure().stack))).toBe(false);
  });

  test.each(["infra", "Infrastructure", true, 1])("%j is refused, with what is allowed", (value) => {
    expect(() => cloudShop({ context: { "beehive:phase": value } })).toThrow(
      `shop: context beehive:phase is ${JSON.stringify(value)}; allowed are everything and infrastructure.`,
    );
  });

  test("of the environment that does not exist is refused, too", () => {
    expect(() => withEnvironment("rollout", () => cloudShop())).toThrow(
      'shop: environment variable BEEHIVE_PHASE is "rollout"; allowed are everything and infrastructure.',
    );
  });
});
