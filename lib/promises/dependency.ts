import { Construct } from "constructs";
import { z } from "../core/zod";
import { TerraformStack } from "../cdktf";
import { invalidProperty } from "../core/errors";
import { otherStack } from "../stack/stack-errors";
import { Hive } from "../stack/hive";
import { checkProps, instance, line, propsSchema } from "../core/props";
import { reliabilitySchema } from "../contracts/shared-schemas";
import { sourceLine } from "../core/source-line";
import type { Reliability } from "../contracts/reliability";
import { isTier, type Tier } from "../tiers/tier";
import { constructPath } from "../stack/construct-path";

/** A part outside of the program, and what it takes down with it. */
export interface DependencyProps {
  /**
   * How often it is down, and the source of that number.
   * @example reliability: Reliability.sla("99.9%", "contract of the payment provider")
   */
  readonly reliability: Reliability;
  /**
   * Tiers that do not work without it: an external API, a mail service.
   * @default []
   * @example neededBy: [web]
   */
  readonly neededBy?: readonly Tier[];
  /**
   * Names of machines that go down with it: a shared switch, a power feed, one host system.
   * @default []
   * @example carries: ["db-1", "web-1"]
   */
  readonly carries?: readonly string[];
}

const schema = propsSchema<DependencyProps>()({
  reliability: reliabilitySchema,
  neededBy: z.array(instance("a tier", isTier)).meta({ words: "a list of tiers", example: "[web]" }).optional(),
  carries: z.array(line).meta({ words: "a list of machines' names", example: '["db-1", "web-1"]' }).optional(),
});

/** What the hive depends on and the library cannot see. It makes nothing; predictions and rules know it from now on. */
export class Dependency extends Construct {
  constructor(scope: Construct, id: string, props: DependencyProps) {
    const path = constructPath(scope, id);
    checkProps(path, schema, props);
    super(scope, id);
    const { reliability, neededBy = [], carries = [] } = props;
    if (neededBy.length + carries.length === 0) {
      throw invalidProperty(path, "neededBy", [], 'name what needs it: neededBy: [web] or carries: ["web-1"].');
    }
    for (const tier of neededBy) {
      if (TerraformStack.of(tier) !== TerraformStack.of(this)) throw otherStack(path, "neededBy", tier.node.path);
    }
    const hive = Hive.of(this);
    this.node.addValidation({ validate: () => hive.unknownMachines(path, carries) });
    hive.declareDependency({
      name: path,
      node: reliability.node("dependency"),
      neededBy: neededBy.map((tier) => tier.path),
      carries,
    });
    hive.locate(path, sourceLine());
  }
}
