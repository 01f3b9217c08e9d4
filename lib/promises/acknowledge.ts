import type { IConstruct } from "constructs";
import { invalidProperty } from "../core/errors";
import { Hive } from "../stack/hive";
import { stackOf } from "../stack/construct-path";
import { list } from "../core/words";
import { sourceLine } from "../core/source-line";

/**
 * Accepts one finding: the report still shows it, with the reason, and it fails nothing any more.
 *
 * @param scope the stack, or anything in it
 * @param finding as the report names it: `SHARED_FATE:site rack`
 * @param reason for the readers of later reports
 */
export function acknowledge(scope: IConstruct, finding: string, reason: string): void {
  stackOf(scope, "acknowledge");
  const path = scope.node.path;
  if (typeof finding !== "string" || !/^[A-Z_]+:.+$/.test(finding)) {
    throw invalidProperty(path, "finding", finding, 'name it as the report does: "SHARED_FATE:site rack".');
  }
  const rule = finding.slice(0, finding.indexOf(":"));
  const rules = ruleNames();
  if (!rules.includes(rule)) {
    throw invalidProperty(
      path,
      "finding",
      finding,
      `no rule has the name ${rule}; the rules are ${list(rules)}. Correct the name.`,
    );
  }
  if (typeof reason !== "string" || reason.trim() === "")
    throw invalidProperty(path, "reason", reason, `say why you live with ${finding}.`);
  Hive.of(scope).acknowledge(finding, reason);
  Hive.of(scope).locate(finding, sourceLine());
}

/** Loaded by the programs that acknowledge something: importing Beehive stays quick. */
function ruleNames(): string[] {
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const { RULES } = require("../judgement/rules/rules") as typeof import("../judgement/rules/rules");
  return RULES.map(({ name }) => name);
}
