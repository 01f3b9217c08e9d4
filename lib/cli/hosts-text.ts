import Table from "cli-table3";
import pc from "picocolors";
import type { HostProblem, HostSurvey } from "./host-survey";
import type { HostsVerdict } from "./hosts-together";

const GIB = 1024 ** 3;

/** A line a host, then what is in the way, each with the fix. */
export function hostsText({ hosts, tiers, notes }: HostsVerdict, { colours }: { readonly colours: boolean }): string {
  const paint = pc.createColors(colours);
  const table = new Table({
    head: ["host", "system", "memory", "disk", "clock", "IPv6", "ready"],
    style: { head: [], border: [] },
  });
  for (const host of hosts) table.push([host.name, ...cells(host), host.problems.length === 0 ? "yes" : "no"]);
  const listed = [
    ...hosts.map(({ name, problems }) => ({ of: name, problems })),
    ...tiers.map(({ tier, problems }) => ({ of: tier, problems })),
  ].filter(({ problems }) => problems.length > 0);
  const count = listed.reduce((sum, { problems }) => sum + problems.length, 0);
  return [
    table.toString(),
    ...listed.flatMap(({ of, problems }) => ["", paint.bold(of), ...problems.map(line)]),
    ...(notes.length === 0 ? [] : ["", ...notes.map((note) => `Note: ${note}.`)]),
    "",
    count === 0
      ? paint.green("Nothing is in the way of a deploy. Nothing was changed.")
      : paint.red(`${count === 1 ? "1 thing is" : `${count} things are`} in the way of a deploy. Nothing was changed.`),
  ].join("\n");
}

const line = ({ found, fix }: HostProblem): string => `  - ${found}.\n    ${fix}.`;

function cells({ facts, clock }: HostSurvey): string[] {
  const offset = clock === undefined ? "?" : `${clock.offset < 0 ? "-" : "+"}${Math.abs(clock.offset).toFixed(2)} s`;
  if (facts === undefined) return ["?", "?", "?", offset, "?"];
  const sync =
    facts.timeSync === true ? "synchronized" : facts.timeSync === false ? "not synchronized" : facts.timeSync;
  return [
    `${facts.distribution.name}, ${facts.processors} CPU`,
    `${(facts.memory / GIB).toFixed(1)} GiB`,
    `${(facts.disk.free / GIB).toFixed(1)} GiB free`,
    `${offset}, ${sync}`,
    facts.ipv6.length > 0 ? "yes" : "no",
  ];
}
