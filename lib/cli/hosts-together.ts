import type { Manifest } from "../manifest/manifest";
import type { HostProblem, HostSurvey } from "./host-survey";

/** Seconds from which on a clock is a problem: databases order by it, certificates and logs are judged by it. */
const CLOCK_LIMIT = 0.5;

export interface HostsVerdict {
  readonly hosts: readonly HostSurvey[];
  /** Of several hosts, by the path of their tier. */
  readonly tiers: readonly { readonly tier: string; readonly problems: readonly HostProblem[] }[];
  /** What a deploy lives with. */
  readonly notes: readonly string[];
}

/** What no host can tell alone: its clock, its Debian beside the others', who has the virtual addresses. */
export function judgeTogether(manifest: Manifest, surveys: readonly HostSurvey[]): HostsVerdict {
  const clocks = judgeClocks(surveys);
  const hosts = surveys.map((survey) => {
    const clock = clocks.problems.get(survey.name);
    return clock === undefined ? survey : { ...survey, problems: [...survey.problems, clock] };
  });
  // One of the tier's own may hold its address.
  const wereAsked = new Set(surveys.filter(({ facts }) => facts !== undefined).map(({ name }) => name));
  const tiers = manifest.tiers.map(({ path, machines, data = [], endpoints }) => ({
    tier: path,
    problems: [
      ...(data.length > 0 ? judgeReleases(surveys.filter(({ name }) => machines.includes(name))) : []),
      ...endpoints.flatMap(({ virtual, address }) =>
        virtual && address !== undefined && machines.every((name) => wereAsked.has(name))
          ? judgeAddress(address, surveys)
          : [],
      ),
    ],
  }));
  return {
    hosts,
    tiers: tiers.filter(({ problems }) => problems.length > 0),
    notes: [...clocks.notes, ...surveys.flatMap(notesOn)],
  };
}

function judgeClocks(surveys: readonly HostSurvey[]) {
  const known = surveys.flatMap(({ name, clock }) => (clock === undefined ? [] : [{ name, ...clock }]));
  const off = known.filter(({ offset, uncertainty }) => Math.abs(offset) > CLOCK_LIMIT + uncertainty);
  const offsets = known.map(({ offset }) => offset);
  const apart = Math.max(...offsets) - Math.min(...offsets);
  if (off.length > 1 && off.length === known.length && apart <= CLOCK_LIMIT) {
    const by = seconds(-offsets[0]!);
    return {
      problems: new Map<string, HostProblem>(),
      notes: [`the clock of this computer is ${by} beside all hosts'`],
    };
  }
  const problems = new Map(
    off.map(({ name, offset }): [string, HostProblem] => [
      name,
      {
        about: "clock",
        found: `its clock is ${seconds(offset)} off; 0.5 s is allowed`,
        fix: "As root on the host: apt-get install systemd-timesyncd && timedatectl set-ntp true, and open UDP 123 to the outside",
      },
    ]),
  );
  return { problems, notes: [] };
}

const seconds = (offset: number): string => `${offset < 0 ? "-" : "+"}${Math.abs(offset).toFixed(1)} s`;

/** Members of one database take data from each other, and an older one cannot take it from a newer one. */
function judgeReleases(surveys: readonly HostSurvey[]): HostProblem[] {
  const byRelease = new Map<string, string[]>();
  for (const { name, facts } of surveys) {
    if (facts === undefined) continue;
    const release = `${facts.distribution.id === "debian" ? "Debian" : facts.distribution.id} ${facts.distribution.version}`;
    byRelease.set(release, [...(byRelease.get(release) ?? []), name]);
  }
  if (byRelease.size < 2) return [];
  const mix = [...byRelease].sort().map(([release, names]) => `${release} on ${names.join(", ")}`);
  return [
    {
      about: "release",
      found: `its machines have different releases: ${mix.join("; ")}. A member of the older one cannot take data from a newer one`,
      fix: "Install the same release on all of them",
    },
  ];
}

function judgeAddress(address: string, surveys: readonly HostSurvey[]): HostProblem[] {
  if (surveys.some(({ facts }) => facts?.addresses.includes(address))) return [];
  const seen = surveys.find(({ facts }) => facts?.neighbours[address] !== undefined);
  if (seen === undefined) return [];
  return [
    {
      about: address,
      found: `another machine (${seen.facts!.neighbours[address]}) answers at the virtual IP ${address}, seen by ${seen.name}`,
      fix: "Choose a free address for the tier, or take it from that machine",
    },
  ];
}

function notesOn({ name, facts, taking }: HostSurvey): string[] {
  return [
    ...(facts?.timeSync === false ? [`${name}: nothing sets its clock; install systemd-timesyncd or chrony`] : []),
    ...taking.map((unit) => `${name}: a deploy stops ${unit}, as takeOver allows; it comes back when the tier leaves`),
  ];
}
