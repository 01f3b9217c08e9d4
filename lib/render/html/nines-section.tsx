import { counted, percentRange, share, timePerYear, timePerYearRange } from "../../judgement/format";
import type { Prediction } from "../../judgement/prediction";
import { Assumed } from "./assumed";
import { type ContributorGroup, groupContributors } from "./contributor-groups";

interface NinesSectionProps {
  readonly prediction: Prediction;
}

/** Rows that are shown at once; the rest is behind a click. */
const SHOWN = 12;

/** Share of the downtime; smaller shares are not worth a row. */
const NEGLIGIBLE = 1e-4;

/** What causes the downtime: a bar for each contributor. */
export function NinesSection({ prediction: { contributors, total, method, exact } }: NinesSectionProps) {
  const minutes = total.minutesPerYear.likely;
  const groups = groupContributors(contributors).filter(({ share }) => share > NEGLIGIBLE);
  const bar = (group: ContributorGroup) => <Bar group={group} minutes={minutes} />;
  return (
    <section id="nines" aria-labelledby="nines-title">
      <h2 id="nines-title">Where the downtime comes from</h2>
      <p class="lead">What each would save of the {timePerYear(minutes)} a year, if it never failed.</p>
      {groups.length === 0 && <p>The contributors could not be computed for this hive.</p>}
      <ol class="bars">{groups.slice(0, SHOWN).map(bar)}</ol>
      {groups.length > SHOWN && (
        <details>
          <summary>{counted(groups.length - SHOWN, "smaller contributor")}</summary>
          <ol class="bars">{groups.slice(SHOWN).map(bar)}</ol>
        </details>
      )}
      <p class="total">
        <strong>Total</strong> {percentRange(total.unavailability)}, down {timePerYearRange(total.minutesPerYear)}
      </p>
      <p class="quiet">
        {groups.length > 0 &&
          `An outage that takes two failures counts for both of them. What costs less than ${share(NEGLIGIBLE)} is left out. `}
        {exact ? `Exact, by ${method}.` : "These are certain limits: the hive is too entangled for an exact number."}
      </p>
    </section>
  );
}

interface BarProps {
  readonly group: ContributorGroup;
  readonly minutes: number;
}

function Bar({ group, minutes }: BarProps) {
  const width = `${Math.min(100, Math.max(0.4, group.share * 100)).toFixed(2)}%`;
  return (
    <li>
      <span class="bar-name">
        {group.label}
        {group.assumed && <Assumed />}
        <span class="note">{group.detail}</span>
      </span>
      <svg class="bar" width="100%" height="10" aria-hidden="true" focusable="false">
        <rect class="bar-track" width="100%" height="10" rx="5" />
        <rect class="bar-value" width={width} height="10" rx="5" />
      </svg>
      <strong class="bar-share">{share(group.share)}</strong>
      <span class="quiet bar-time">{timePerYear(group.share * minutes)}</span>
    </li>
  );
}
