import type { IConstruct } from "constructs";
import { Hive } from "./hive";

/**
 * Makes a value that Terraform knows only when it applies, such as the host name of a database that it makes, known to
 * software and to other tiers. It is no secret.
 *
 * @param scope the tier or what belongs to it
 * @param name unique in the stack: `database/shop/db`
 * @param expression of Terraform, of a text: `instance.address`
 * @returns what stands for the value in software, in `Port.from` and in locations
 */
export function fact(scope: IConstruct, name: string, expression: string): string {
  return Hive.of(scope).addFact(name, expression, scope.node.path);
}
