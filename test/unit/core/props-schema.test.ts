import { propsSchema } from "../../../lib/core/props";
import { z } from "../../../lib/core/zod";

interface Props {
  readonly name: string;
  readonly port?: number;
}

test("a schema names every property, the optional ones too, and no other", () => {
  // @ts-expect-error port is missing
  propsSchema<Props>()({ name: z.string() });
  // @ts-expect-error ports is no property
  propsSchema<Props>()({ name: z.string(), port: z.number().optional(), ports: z.number() });
  const schema = propsSchema<Props>()({ name: z.string(), port: z.number().optional() });
  expect(schema.safeParse({ name: "a" }).success).toBe(true);
  expect(schema.safeParse({ name: "a", ports: 1 }).success).toBe(false);
});
