import Table from "cli-table3";
import pc from "picocolors";
import type { DrillReport } from "../drills/drill-report";
import type { DrillResult, Move, Verdict } from "../drills/drill-result";
import { STOCK_SOURCE } from "../drills/faults/fault";
import { faultNamed } from "../drills/faults/faults";

/** At least this many columns fit beside each other with their full headings. */
const WIDE = 110;

interface Row {
  readonly label: string;
  /** The machine, or the zone. */
  readonly target: string;
  readonly failed: string;
  readonly worst: string;
  readonly writeGap: string;
  readonly writes: string;
  readonly healed: string;
  readonly verdict: string;
}

/**
 * The drills as a table: for each fault what was promised, what a client saw, and what the daemons' default settings
 * make of the same fault.
 *
 * @param columns width of the terminal; from 110 on the headings are longer and the target has a column of its own
 */
export function drillTable(report: DrillReport, columns: number): string {
  const wide = columns >= WIDE;
  const table = new Table({
    head: wide
      ? ["fault", "target", "failed", "worst answer", "write gap", "lost writes", "healed in", "verdict"]
      : ["fault", "failed", "worst", "write gap", "lost", "healed", "verdict"],
    colAligns: wide
      ? ["left", "left", "right", "right", "right", "right", "right", "left"]
      : ["left", "right", "right", "right", "right", "right", "left"],
    style: { head: [], border: [], compact: true, "padding-left": wide ? 1 : 0, "padding-right": 1 },
  });
  report.drills.forEach((drill, index) => {
    if (index > 0) table.push([{ colSpan: wide ? 8 : 7, content: "" }]);
    for (const row of [measuredRow(drill), promisedRow(drill), ...stockRow(drill)]) table.push(cells(row, wide));
  });
  return [table.toString(), ...footnotes(report)].join("\n");
}

function cells({ label, target, failed, worst, writeGap, writes, healed, verdict }: Row, wide: boolean): string[] {
  if (wide) return [label, target, failed, worst, writeGap, writes, healed, verdict];
  const amount = (text: string): string => text.replace(/ of .*/, "");
  return [label, amount(failed), worst, writeGap, amount(writes), healed, verdict];
}

function measuredRow(drill: DrillResult): Row {
  const measured = drill.requests > 0;
  return {
    label: pc.bold(drill.fault),
    target: drill.zone ?? drill.machine ?? "-",
    failed: measured ? `${drill.failed} of ${drill.requests}` : "-",
    worst: seconds(drill.worstSeconds),
    writeGap: seconds(drill.writeGapSeconds),
    writes: drill.lost === null ? "-" : `${drill.lost} of ${drill.acknowledged}`,
    healed: seconds(drill.healedSeconds, 0),
    verdict: coloured(drill.verdict),
  };
}

function promisedRow({ promised }: DrillResult): Row {
  const limit = (length: number | null | undefined): string =>
    promised === null ? "-" : length == null ? "no limit" : seconds(length);
  const failed = promised?.failed;
  return {
    label: "  promised",
    target: "",
    failed: failed === "open" ? "open only" : failed == null ? limit(failed) : String(failed),
    worst: limit(promised?.worstSeconds),
    writeGap: limit(promised?.writeGapSeconds),
    writes: "0",
    healed: "",
    verdict: "",
  };
}

/** None where it was not measured. */
function stockRow(drill: DrillResult): Row[] {
  const { stock } = faultNamed(drill.fault);
  if (stock === undefined) return [];
  const of = (amount?: number, all?: number): string =>
    amount === undefined ? "" : all === undefined ? String(amount) : `${amount} of ${all}`;
  return [
    {
      label: "  stock*",
      target: "",
      failed: of(stock.failed, stock.requests),
      worst: stock.worstSeconds === undefined ? "" : seconds(stock.worstSeconds, 1),
      writeGap: stock.writeGapSeconds === undefined ? "" : seconds(stock.writeGapSeconds, 1),
      writes: of(stock.lost, stock.acknowledged),
      healed: "",
      verdict: "",
    },
  ];
}

function footnotes({ drills, leftOut, finally: end, stack, stackHash, seed, machine }: DrillReport): string[] {
  const requests = [...new Set(drills.map((drill) => drill.requests).filter((count) => count > 0))];
  const lines = [
    `* ${STOCK_SOURCE}; empty: not measured`,
    `no limit, open only: what is promised, for a zone by the program where it does; requests whose connection was open when the power went may fail, no other.`,
    `Each drill: ${requests.join(" or ") || "no"} requests at a fixed rate, each on a new connection; failed: no right answer within 6 s.`,
  ];
  if (end !== null) {
    lines.push(
      `After the last drill: ${end.acknowledged} writes acknowledged, ${end.lost} lost, ${end.recovered} recovered, ` +
        `${end.unexpected} unexpected, ${end.unknown} with unknown outcome.`,
    );
  } else lines.push("After the last drill the orders could not be read back.");
  for (const { fault, zone, machines, moved } of drills) {
    if (zone !== null) lines.push(`${fault}: ${zone} is ${[machines.join(", "), ...moved.map(moveText)].join("; ")}.`);
  }
  for (const { fault, reason } of leftOut) lines.push(`${fault} was left out: ${reason}.`);
  for (const { fault, reasons } of drills) lines.push(...reasons.map((reason) => `${fault}: ${reason}`));
  const gibibytes = (machine.memoryBytes / 2 ** 30).toFixed(0);
  lines.push(
    `Stack ${stack} (${stackHash}), seed ${seed}, ${machine.cores} cores, ${gibibytes} GiB, ${machine.engine}, Debian ${machine.suite}.`,
  );
  return lines;
}

/** `the address moved from lb-1 to lb-2`. */
const moveText = ({ role, from, to }: Move): string => `the ${role} moved from ${from} to ${to ?? "nobody"}`;

const seconds = (value: number | null, digits = 2): string => (value === null ? "-" : `${value.toFixed(digits)} s`);
const colours: Readonly<Record<Verdict, (text: string) => string>> = {
  kept: pc.green,
  broken: pc.red,
  inconclusive: pc.yellow,
};
const coloured = (verdict: Verdict): string => colours[verdict](verdict);
