import type { Verdict as DrillVerdict } from "../../drills/drill-result";
import { counted, percent, timePerYear } from "../../judgement/format";
import { findingCounts } from "../phrases";
import type { Report } from "../../judgement/report";
import { CutSetsSection } from "./cut-sets-section";
import { FindingsSection } from "./findings-section";
import { HiveSection } from "./hive-section";
import { InputsSection, LimitsSection } from "./inputs-section";
import type { Losses } from "../loss-groups";
import { LossesSection } from "./losses-section";
import { NinesScale } from "./nines-scale";
import { NinesSection } from "./nines-section";
import type { PictureProps } from "./picture";
import { PromiseSection } from "./promise-section";
import { Mark, type SignName } from "./sign";

export interface PageProps {
  readonly report: Report;
  readonly losses: Losses;
  readonly picture: Omit<PictureProps, "stack">;
}

const DRILL_SIGNS: Readonly<Record<DrillVerdict, SignName>> = { kept: "good", inconclusive: "unsure", broken: "bad" };

const SECTIONS = [
  ["promise", "Promise"],
  ["hive", "Hive"],
  ["nines", "Downtime"],
  ["findings", "Findings"],
  ["losses", "Losses"],
  ["cut-sets", "Cut sets"],
  ["inputs", "Inputs"],
  ["limits", "Limits"],
] as const;

/** What the reader sees, in the order of what a reader asks. */
export function Page({ report, losses, picture }: PageProps) {
  const { prediction, findings } = report;
  return (
    <>
      <a class="skip" href="#main">
        Skip to the report
      </a>
      <header class="page-head">
        <p class="brand">
          <svg viewBox="0 0 20 20" width="20" height="20" aria-hidden="true" focusable="false">
            <path d="M10 1.2l7.6 4.4v8.8L10 18.8l-7.6-4.4V5.6z" />
          </svg>
          Beehive report
        </p>
        <nav aria-label="Sections">
          {SECTIONS.map(([id, name]) => (
            <a href={`#${id}`}>{name}</a>
          ))}
        </nav>
      </header>
      <main id="main">
        <Headline report={report} losses={losses} />
        <PromiseSection report={report} />
        <HiveSection report={report} losses={losses} stack={prediction.stack} {...picture} />
        <NinesSection prediction={prediction} />
        <FindingsSection findings={findings} />
        <LossesSection losses={losses} stack={prediction.stack} />
        <CutSetsSection cutSets={prediction.cutSets} />
        <InputsSection inputs={prediction.inputs} />
        <LimitsSection prediction={prediction} />
      </main>
      <footer>
        <p class="quiet">
          Stack {prediction.stack}, hash <code>{prediction.hash}</code>. Made from the manifest alone; this file holds
          everything and asks for nothing.
        </p>
      </footer>
    </>
  );
}

function Headline({ report, losses }: Pick<PageProps, "report" | "losses">) {
  const { prediction, promises } = report;
  const { unavailability, minutesPerYear } = prediction.total;
  const promised = promises.flatMap(({ promise }) => promise.unavailability ?? []);
  return (
    <section class="headline" aria-labelledby="headline-title">
      <h1 id="headline-title">{prediction.stack}</h1>
      <div class="headline-numbers">
        <p class="headline-nines">
          <span class="quiet">Visitors are served{prediction.exact ? "" : " at least"}</span>
          <strong>{percent(unavailability.likely)}</strong>
          <span class="quiet">of the time</span>
        </p>
        <p class="headline-minutes">
          <span class="quiet">which leaves{prediction.exact ? "" : " at most"}</span>
          <strong>{timePerYear(minutesPerYear.likely)}</strong>
          <span class="quiet">of downtime a year</span>
        </p>
      </div>
      <NinesScale prediction={prediction} promised={promised.length === 0 ? undefined : Math.min(...promised)} />
      {unavailability.low < unavailability.high && (
        <p class="quiet">
          The inputs are known within a range, and so is the result: {percent(unavailability.high)} to{" "}
          {percent(unavailability.low)}, {timePerYear(minutesPerYear.low)} to {timePerYear(minutesPerYear.high)} a year.
        </p>
      )}
      <ul class="states">
        {statesOf(report, losses).map(({ sign, word, what, target }) => (
          <li>
            <a href={`#${target}`} class={`state state-${sign}`}>
              <span class="quiet">{what}</span>
              <Mark name={sign}>{word}</Mark>
            </a>
          </li>
        ))}
      </ul>
    </section>
  );
}

interface State {
  readonly what: string;
  readonly sign: SignName;
  readonly word: string;
  readonly target: string;
}

function statesOf({ promises, findings, drills, prediction }: Report, losses: Losses): State[] {
  const broken = promises.filter(({ kept }) => !kept).length;
  const singles = prediction.losses.filter(({ works }) => !works).length;
  const open = findings.filter(({ acknowledged }) => acknowledged === undefined);
  const count = (level: string) => open.filter((finding) => finding.level === level).length;
  return [
    {
      what: "Promise",
      target: "promise",
      ...(promises.length === 0
        ? { sign: "open", word: "none given" }
        : broken === 0
          ? { sign: "good", word: "kept as predicted" }
          : { sign: "bad", word: promises.length === 1 ? "cannot be kept" : `${broken} of ${promises.length} broken` }),
    },
    {
      what: "Single points of failure",
      target: "hive",
      ...(singles === 0
        ? { sign: "good", word: `none of ${losses.byNode.size}` }
        : { sign: "alert", word: `${singles} of ${counted(losses.byNode.size, "thing")}` }),
    },
    {
      what: "Findings",
      target: "findings",
      sign: count("error") > 0 ? "bad" : count("warning") > 0 ? "alert" : "good",
      word: findingCounts(findings),
    },
    {
      what: "Last drill",
      target: "promise",
      ...(drills === undefined
        ? { sign: "open", word: "not yet run" }
        : drills.stale
          ? { sign: "stale", word: "stale" }
          : { sign: DRILL_SIGNS[drills.report.verdict], word: drills.report.verdict }),
    },
  ] as State[];
}
