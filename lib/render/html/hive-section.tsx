import { percent, shortPath, timePerYear } from "../../judgement/format";
import type { TierPrediction } from "../../judgement/prediction";
import type { Report } from "../../judgement/report";
import { DataTable } from "./data-table";
import { LossCard } from "./loss-card";
import type { Losses } from "../loss-groups";
import { Picture, type PictureProps } from "./picture";
import { Mark, Sign } from "./sign";

interface HiveSectionProps extends PictureProps {
  readonly report: Report;
  readonly losses: Losses;
}

/** Wider than this, the picture gets the whole width, and what it says stands below. */
const BESIDE = 780;
/** Wider than this, it gets the whole window, and scrolls where that is too narrow to read it. */
const WIDE = 1200;
/** Up to this width it is made narrower to fit into the window, down to `WIDE`: what is red may stand at its right edge. */
const FITTING = 1600;

/** The picture, and what is left when something in it is picked. */
export function HiveSection({ report, losses, ...picture }: HiveSectionProps) {
  const { prediction } = report;
  const picks = [...picture.picks.values()];
  return (
    <section id="hive" aria-labelledby="hive-title" class="hive">
      <h2 id="hive-title">What is left when something dies</h2>
      <p class="lead">
        Choose a machine, a zone or a site to take it away<span class="keys only-script">; Escape brings it back</span>.
      </p>
      <div class={stageClass(picture.layout.width)}>
        <div class="canvas">
          <div class="scroll" tabIndex={0} role="region" aria-label="Picture of the hive">
            <Picture {...picture} />
          </div>
          <Legend single={picks.some(({ single }) => single)} />
        </div>
        <div class="panel">
          <p class="unseen" role="status" aria-live="polite" data-said />
          <article class="whole" data-whole>
            <h3>Everything works</h3>
            <Tiers tiers={prediction.tiers} stack={prediction.stack} />
          </article>
          <div class="losses">
            {losses.groups.map((group) => (
              <LossCard
                group={group}
                stack={prediction.stack}
                picks={picks.filter(({ card }) => card === group.id)}
                acknowledged={acknowledgementOf(report, group.nodes)}
              />
            ))}
          </div>
          <p class="only-script">
            <a href="#hive" class="back" data-back hidden>
              Bring everything back
            </a>
          </p>
        </div>
      </div>
    </section>
  );
}

function stageClass(width: number): string {
  if (width <= BESIDE) return "stage";
  if (width <= WIDE) return "stage stage-wide";
  return `stage stage-wide stage-widest${width <= FITTING ? " stage-fitting" : ""}`;
}

function acknowledgementOf({ findings }: Report, nodes: readonly string[]): string | undefined {
  return findings.find(({ acknowledged, cutSet }) => acknowledged && cutSet.length === 1 && nodes.includes(cutSet[0]!))
    ?.acknowledged;
}

function Legend({ single }: { readonly single: boolean }) {
  return (
    <p class="legend">
      {single && (
        <span class="mark mark-alert">
          <Sign name="alert" />
          single point of failure
        </span>
      )}
      <span class="mark only-script">
        <Sign name="bad" />
        gone
      </span>
      <span class="mark only-script">
        <Sign name="stopped" />
        not working, because of others
      </span>
    </p>
  );
}

function Tiers({ tiers, stack }: { readonly tiers: readonly TierPrediction[]; readonly stack: string }) {
  return (
    <>
      <p class="outcome">
        <Mark name="good">Visitors are served</Mark>
      </p>
      <DataTable
        compact
        caption="Tiers, with all that they need"
        rows={tiers}
        columns={[
          { head: "Tier", cell: ({ path }) => shortPath(path, stack) },
          { head: "Needs", cell: ({ atLeast, members }) => `${atLeast} of ${members}`, number: true },
          { head: "Available", cell: ({ availability }) => percent(availability.unavailability.likely), number: true },
          {
            head: "Down a year",
            cell: ({ availability }) => timePerYear(availability.minutesPerYear.likely),
            number: true,
          },
        ]}
      />
      <p class="quiet">Each with everything that it needs.</p>
    </>
  );
}
