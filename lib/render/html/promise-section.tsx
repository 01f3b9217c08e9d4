import { counted } from "../../judgement/format";
import { drillReasons, VERDICT_WORDS } from "../phrases";
import type { DrillEvidence, Fix, PromiseItem, PromiseVerdict, Report, RowVerdict } from "../../judgement/report";
import { Assumed } from "./assumed";
import { DataTable } from "./data-table";
import { Mark, type SignName } from "./sign";

const VERDICT_SIGNS: Readonly<Record<RowVerdict, SignName>> = {
  proven: "good",
  kept: "unproven",
  inconclusive: "unsure",
  stale: "stale",
  broken: "bad",
  open: "open",
};

/** The table that this is all about: what was promised, what is predicted, what was measured. */
export function PromiseSection({ report }: { readonly report: Report }) {
  const { table, promises, drills, prediction } = report;
  const assumed = prediction.inputs.some(({ provenance }) => provenance === "assumed");
  return (
    <section id="promise" aria-labelledby="promise-title">
      <h2 id="promise-title">Promise, prediction, proof</h2>
      <DataTable
        caption="What is promised, what is predicted, what the last drill measured"
        rows={table}
        columns={[
          { head: "What", cell: ({ what }) => what },
          { head: "Promised", cell: ({ promised }) => promised ?? <Nothing>not promised</Nothing> },
          {
            head: "Predicted",
            cell: (row) => (
              <>
                {row.predicted}
                {assumed && row === table[0] && <Assumed />}
              </>
            ),
          },
          { head: "Last drill", cell: ({ drill }) => drill ?? <Nothing>not drilled</Nothing> },
          {
            head: "Verdict",
            cell: ({ verdict }) => <Mark name={VERDICT_SIGNS[verdict]}>{VERDICT_WORDS[verdict]}</Mark>,
          },
        ]}
      />
      {assumed && <p class="quiet">* rests on numbers that are assumed and not measured; they are marked below</p>}
      <Drill drills={drills} />
      {promises.map((verdict) => (
        <Promised verdict={verdict} />
      ))}
    </section>
  );
}

const Nothing = ({ children }: { readonly children: string }) => <span class="quiet">{children}</span>;

function Drill({ drills }: { readonly drills: DrillEvidence | undefined }) {
  if (drills === undefined) {
    return <p class="quiet">No drill has been run: nothing here is proven yet.</p>;
  }
  const { report, file, startedAt, stale } = drills;
  const reasons = drillReasons(drills);
  const when = startedAt === undefined ? "" : ` of ${day(startedAt)}`;
  return (
    <>
      <p class="quiet">
        {`${counted(report.drills.length, "drill")}${when}, ${report.verdict}`}
        {stale && (
          <>
            {"; "}
            <Mark name="stale">stale: the stack has changed since</Mark>
          </>
        )}
        {" · "}
        <code>{file}</code>
      </p>
      {reasons.length > 0 && (
        <ul class="plain quiet">
          {reasons.map((reason) => (
            <li>{reason}</li>
          ))}
        </ul>
      )}
    </>
  );
}

/** `2026-11-20 09:41 UTC`. */
function day(instant: string): string {
  const date = new Date(instant);
  return Number.isNaN(date.getTime()) ? instant : `${date.toISOString().slice(0, 16).replace("T", " ")} UTC`;
}

function Promised({ verdict: { promise, kept, items, fixes, source } }: { readonly verdict: PromiseVerdict }) {
  const broken = items.filter((item) => !item.kept);
  return (
    <article class={kept ? "promise" : "promise promise-broken"}>
      <h3>
        {promise.path} <Mark name={kept ? "good" : "bad"}>{kept ? "kept" : "broken"}</Mark>
      </h3>
      <p class="quiet">
        {kept
          ? `${counted(items.length, "item")}, kept as predicted.`
          : `${broken.length} of ${counted(items.length, "item")} cannot be kept.`}
        {source !== undefined && (
          <>
            {" "}
            <code>{source}</code>
          </>
        )}
      </p>
      <DataTable
        caption={`Items of ${promise.path}`}
        rows={items}
        columns={[
          { head: "What", cell: ({ what }) => what },
          { head: "Promised", cell: ({ promised }) => promised },
          { head: "Predicted", cell: (item) => <Predicted item={item} /> },
          {
            head: "Verdict",
            cell: (item) => <Mark name={item.kept ? "good" : "bad"}>{item.kept ? "kept" : "broken"}</Mark>,
          },
        ]}
      />
      {fixes.length > 0 && <Fixes fixes={fixes} />}
      {!kept && fixes.length === 0 && <p>No change that was tried out brings it nearer.</p>}
    </article>
  );
}

function Predicted({ item: { predicted, missing, qualification } }: { readonly item: PromiseItem }) {
  return (
    <>
      {predicted}
      {missing !== undefined && <span class="note">{missing}</span>}
      {qualification !== undefined && <span class="note">{qualification}</span>}
    </>
  );
}

function Fixes({ fixes }: { readonly fixes: readonly Fix[] }) {
  const keeping = fixes.some(({ keeps }) => keeps);
  return (
    <>
      <h4>{keeping ? "What would keep it, tried out" : "What would bring it nearer, tried out"}</h4>
      <ul class="fixes">
        {fixes.map(({ change, keeps, machines, predicted }) => (
          <li>
            <code>{change}</code>
            <span class="quiet">
              {machines === 0 ? "no new machine" : `${counted(machines, "machine")} more`}; {predicted}
            </span>
            <Mark name={keeps ? "good" : "open"}>{keeps ? "keeps it" : "is not enough"}</Mark>
          </li>
        ))}
      </ul>
    </>
  );
}
