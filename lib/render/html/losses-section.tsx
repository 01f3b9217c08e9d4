import { listed, lostData, recoveryTime, shortPath } from "../../judgement/format";
import { DataTable } from "./data-table";
import type { LossGroup, Losses } from "../loss-groups";
import { Mark } from "./sign";

interface LossesSectionProps {
  readonly losses: Losses;
  readonly stack: string;
}

/** All losses at a glance; what differs in nothing but the name is one row. */
export function LossesSection({ losses: { groups }, stack }: LossesSectionProps) {
  return (
    <section id="losses" aria-labelledby="losses-title">
      <h2 id="losses-title">The loss of each thing</h2>
      <DataTable
        caption="What happens when one thing is gone"
        rows={groups}
        columns={[
          { head: "Gone", cell: (group) => <Lost group={group} /> },
          {
            head: "Visitors",
            cell: ({ loss }) => (
              <Mark name={loss.works ? "good" : "bad"}>{loss.works ? "are served" : "are not served"}</Mark>
            ),
          },
          { head: "Tiers down", cell: ({ loss }) => listed(loss.down.map((path) => shortPath(path, stack))) || "none" },
          { head: "Quorum", cell: (group) => quorumOf(group, stack) },
          { head: "Back after (RTO)", cell: ({ loss }) => recoveryTime(loss) },
          { head: "Data lost (RPO)", cell: ({ loss }) => lostData(loss.rpo) },
        ]}
      />
    </section>
  );
}

function Lost({ group: { id, title, nodes, kind } }: { readonly group: LossGroup }) {
  return (
    <>
      <a href={`#${id}`}>{title}</a>
      {nodes.length > 1 && kind === "machine" && <span class="note">{listed(nodes, 4)}</span>}
    </>
  );
}

function quorumOf({ loss }: LossGroup, stack: string): string {
  const said = loss.quorums.map(
    ({ tier, left, of, holds }) => `${shortPath(tier, stack)} ${holds ? "holds" : "is lost"} (${left} of ${of})`,
  );
  return said.join("; ") || "not touched";
}
