import type { CutSets } from "../../resilience";
import { counted } from "../../judgement/format";
import { cutCounts, cutTime, ORDERS } from "../phrases";
import { DataTable } from "./data-table";

const SHOWN = 12;

/** What has to fail together to take visitors away. */
export function CutSetsSection({ cutSets }: { readonly cutSets: CutSets | undefined }) {
  return (
    <section id="cut-sets" aria-labelledby="cut-sets-title">
      <h2 id="cut-sets-title">What takes visitors away</h2>
      {cutSets === undefined ? <p>The cut sets could not be computed for this hive.</p> : <Groups cutSets={cutSets} />}
    </section>
  );
}

function Groups({ cutSets }: { readonly cutSets: CutSets }) {
  const { groups } = cutSets;
  const table = (rows: CutSets["groups"]) => (
    <DataTable
      caption="Minimal cut sets, symmetric ones as one row"
      rows={rows}
      columns={[
        { head: "What fails", cell: ({ label }) => label },
        { head: "How many", cell: ({ order }) => ORDERS[order] ?? `${order} together` },
        { head: "Cut sets", cell: ({ count }) => count.toLocaleString("en"), number: true },
        { head: "A year, at most", cell: ({ probability }) => cutTime(probability), number: true },
      ]}
    />
  );
  return (
    <>
      <p class="lead">Minimal cut sets: {cutCounts(cutSets)}.</p>
      {table(groups.slice(0, SHOWN))}
      {groups.length > SHOWN && (
        <details>
          <summary>{counted(groups.length - SHOWN, "less likely group")}</summary>
          {table(groups.slice(SHOWN))}
        </details>
      )}
    </>
  );
}
