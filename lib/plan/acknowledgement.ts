import { emptyReason, reasonsDoNotMatch, unknownRule } from "./errors";
import { RULES, type Finding, type Rule } from "./finding";

/** Somebody means what a finding warns of. */
export interface Acknowledgement {
  readonly rule: Rule;
  /** Tier, or address of one of the finding's resources. */
  readonly subject: string;
  readonly reason: string;
}

/** Pairs of `--allow RULE:SUBJECT` and `--reason TEXT`, in the order of the command line. */
export function parseAcknowledgements(allowed: readonly string[], reasons: readonly string[]): Acknowledgement[] {
  if (allowed.length !== reasons.length) throw reasonsDoNotMatch(allowed.length, reasons.length);
  return allowed.map((text, i) => {
    const [, name = "", subject = ""] = /^([A-Z_]+):(.+)$/s.exec(text) ?? [];
    const rule = RULES.find((known) => known === name);
    if (rule === undefined) throw unknownRule(text, RULES);
    const reason = reasons[i]!.trim();
    if (reason === "") throw emptyReason(text);
    return { rule, subject, reason };
  });
}

export const covers = ({ rule, subject }: Acknowledgement, finding: Finding): boolean =>
  rule === finding.rule &&
  (subject === finding.subject || finding.resources.some(({ address }) => address === subject));
