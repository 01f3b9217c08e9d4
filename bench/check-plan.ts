import Table from "cli-table3";
import { machines, planned, verdict } from "../test/unit/plan/plans";
import { ms } from "./child";

/** Judging a plan in which every machine of one tier changes, without reading the files. */
export async function run(): Promise<void> {
  const { median } = await import("simple-statistics");
  const table = new Table({ head: ["machines that change", "first run", "warm"], style: { head: [], border: [] } });
  for (const count of [10, 100, 1000]) {
    const all = machines("web", count);
    const plan = planned({ web: { before: all, after: all, changing: all } });
    const [first = 0, ...warm] = [0, 1, 2, 3].map(() => {
      const begin = performance.now();
      verdict(plan);
      return (performance.now() - begin) / 1000;
    });
    table.push([count, ms(first), ms(median(warm))]);
  }
  console.log(table.toString());
}
