import { counted, listed, lostData, recoveryTime, seconds, shortPath } from "../../judgement/format";
import type { Quorum } from "../../judgement/losses";
import type { Recovery } from "../../judgement/recovery";
import { DataTable } from "./data-table";
import type { LossGroup, TierLeft } from "../loss-groups";
import type { Pick } from "./picks";
import { Mark } from "./sign";

interface LossCardProps {
  readonly group: LossGroup;
  readonly stack: string;
  readonly picks: readonly Pick[];
  /** Why the user accepts it, where the program acknowledges it. */
  readonly acknowledged: string | undefined;
}

/** What happens when one thing is gone: all that is known of it, with how it follows. */
export function LossCard({ group, stack, picks, acknowledged }: LossCardProps) {
  const { loss, nodes, title, tiers } = group;
  const takes = picks.length === 1 ? picks[0]!.takes : "";
  return (
    <article class="loss" id={group.id}>
      {picks.map(({ id }) => (
        <span id={id} class="anchor" />
      ))}
      <h3 data-title>{title}</h3>
      {nodes.length > 1 && loss.kind === "machine" && <p class="quiet only-static">{listed(nodes, 8)}</p>}
      <p class="quiet" data-takes>
        {takes}
      </p>
      <p class="outcome">
        {loss.works ? (
          <Mark name="good">Visitors are served</Mark>
        ) : (
          <Mark name="bad">Visitors are not served: a single point of failure</Mark>
        )}
      </p>
      {acknowledged !== undefined && <p class="quiet">Acknowledged: {acknowledged}</p>}
      <dl class="facts">
        <div>
          <dt>Back after (RTO)</dt>
          <dd>{recoveryTime(loss)}</dd>
        </div>
        <div>
          <dt>Data lost (RPO)</dt>
          <dd>{lostData(loss.rpo)}</dd>
        </div>
        {loss.quorums.map((quorum) => (
          <QuorumFact quorum={quorum} stack={stack} />
        ))}
      </dl>
      {tiers.length > 0 && <TiersLeft tiers={tiers} stack={stack} />}
      <Derivation recoveries={loss.recoveries} stack={stack} decides={loss.rtoSeconds} />
      <h4>Why this much data</h4>
      <p class="quiet">{sentence(loss.rpo.why)}</p>
    </article>
  );
}

function QuorumFact({ quorum: { tier, left, of, holds }, stack }: { readonly quorum: Quorum; readonly stack: string }) {
  return (
    <div>
      <dt>Quorum of {shortPath(tier, stack)}</dt>
      <dd>
        <Mark name={holds ? "good" : "bad"}>{holds ? "holds" : "is lost"}</Mark>
        <span class="quiet">
          {" "}
          {left} of {counted(of, "vote")}
        </span>
      </dd>
    </div>
  );
}

function TiersLeft({ tiers, stack }: { readonly tiers: readonly TierLeft[]; readonly stack: string }) {
  return (
    <DataTable
      compact
      caption="What is left of each tier"
      rows={tiers}
      columns={[
        { head: "Tier", cell: ({ tier }) => shortPath(tier, stack) },
        { head: "Left", cell: ({ left, of }) => `${left} of ${of}`, number: true },
        { head: "Needed", cell: ({ needed }) => needed, number: true },
        { head: "State", cell: (tier) => <TierState tier={tier} /> },
      ]}
    />
  );
}

function TierState({ tier: { works, left, needed } }: { readonly tier: TierLeft }) {
  if (works) return <Mark name="good">works</Mark>;
  return <Mark name="bad">{left < needed ? "down" : "waits for others"}</Mark>;
}

interface DerivationProps {
  readonly recoveries: readonly Recovery[];
  readonly stack: string;
  readonly decides: number | null;
}

/** The longest decides; it comes first. */
function Derivation({ recoveries, stack, decides }: DerivationProps) {
  if (recoveries.length === 0) return null;
  const sorted = [...recoveries].sort((a, b) => b.seconds - a.seconds);
  return (
    <>
      <h4>How that time comes about</h4>
      {sorted.map(({ tier, decidedBy, seconds: total, steps }, i) => (
        <details open={i === 0}>
          <summary>
            {shortPath(tier, stack)}: {seconds(total)}
            {i === 0 && decides === total && sorted.length > 1 && ", which decides"}
          </summary>
          <ol class="steps">
            {steps.map((step) => (
              <li>
                <span>{step.what}</span>
                <code>
                  {step.formula}
                  {step.formula.includes(" x ") && ` = ${seconds(step.seconds)}`}
                </code>
              </li>
            ))}
          </ol>
          {decidedBy !== tier && <p class="quiet">By the settings of {shortPath(decidedBy, stack)}.</p>}
        </details>
      ))}
    </>
  );
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? "" : "."}`;
}
