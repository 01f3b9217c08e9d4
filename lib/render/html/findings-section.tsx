import { listed } from "../../judgement/format";
import { openFirst } from "../phrases";
import type { Finding } from "../../judgement/report";
import { Mark, Sign, type SignName } from "./sign";

const SIGNS: Readonly<Record<Finding["level"], SignName>> = { error: "alert", warning: "alert", note: "note" };

/** Rules that the hive breaks. Acknowledged findings come last. */
export function FindingsSection({ findings }: { readonly findings: readonly Finding[] }) {
  return (
    <section id="findings" aria-labelledby="findings-title">
      <h2 id="findings-title">Findings</h2>
      {findings.length === 0 && (
        <p>
          <Mark name="good">No rule is broken.</Mark>
        </p>
      )}
      {openFirst(findings).map((finding) => (
        <OneFinding finding={finding} />
      ))}
    </section>
  );
}

function OneFinding({ finding }: { readonly finding: Finding }) {
  const { level, rule, subject, message, fix, cutSet, source, acknowledged } = finding;
  const open = acknowledged === undefined;
  return (
    <article class={`finding finding-${open ? level : "acknowledged"}`}>
      <h3>
        <span class={`mark mark-${open ? level : "note"}`}>
          <Sign name={open ? SIGNS[level] : "good"} />
          {open ? level : `acknowledged ${level}`}
        </span>
        <span>{subject}</span>
      </h3>
      <p>{message}</p>
      {!open && (
        <p>
          <strong>Acknowledged:</strong> {acknowledged}
        </p>
      )}
      <p>
        <strong>Fix:</strong> {fix}
      </p>
      <p class="quiet">
        <code>{rule}</code>
        {cutSet.length > 1 && ` · counter-example: ${listed(cutSet, 6)}`}
        {source !== undefined && (
          <>
            {" · "}
            <code>{source}</code>
          </>
        )}
      </p>
    </article>
  );
}
