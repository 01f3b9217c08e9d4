import pc from "picocolors";
import { count, list } from "../core/words";
import type { Manifest } from "../manifest/manifest";
import type { MachineSurvey } from "../upgrade/machine-survey";
import type { UpgradedMachine, UpgradePlan } from "../upgrade/upgrade";

const SHOWN = 6;

/** What there is to do on each machine, in the order in which it is done. */
export function upgradePlanText(manifest: Manifest, { surveys, waves, leaders }: UpgradePlan, reboot: boolean): string {
  const visited = waves.flat();
  const idle = manifest.machines.flatMap(({ name }) => (visited.includes(name) ? [] : [name]));
  const leading = (name: string) =>
    [...leaders].flatMap(([tier, names]) => (names.includes(name) ? [`leads ${tier}, hands over first`] : []));
  const lines = waves.flatMap((wave, i) =>
    wave.map((name, j) => {
      const survey = surveys.get(name)!;
      const what = [...workOf(survey, reboot), ...leading(name)].join("; ");
      return `${j === 0 ? `${i + 1}.`.padStart(3) : "   "} ${pc.bold(name)}  ${what}`;
    }),
  );
  const notes = manifest.machines.flatMap(({ name }) => notesOf(name, surveys.get(name)!, reboot));
  return [
    ...(lines.length === 0 ? ["Nothing to upgrade."] : [`Order, with a gate after each step:`, ...lines]),
    ...(idle.length > 0 && lines.length > 0 ? [`Nothing to do on ${list(idle)}.`] : []),
    ...notes,
    ...unattendedNote(manifest, surveys),
  ].join("\n");
}

function workOf({ upgrades, oldCode, reboot: reasons, unfinished }: MachineSurvey, reboot: boolean): string[] {
  const names = upgrades.map(({ name, to }) => `${name} ${to}`);
  const more = names.length > SHOWN ? ` and ${names.length - SHOWN} more` : "";
  return [
    ...(unfinished ? ["ends an upgrade that was cut off"] : []),
    ...(names.length === 0 ? [] : [`${count(names.length, "package")}: ${names.slice(0, SHOWN).join(", ")}${more}`]),
    ...(oldCode.length === 0 ? [] : [`restarts what runs replaced code: ${list(oldCode)}`]),
    ...(reboot && reasons.length > 0 ? [`reboots: ${list(reasons)}`] : []),
  ];
}

function notesOf(name: string, { foreign, keptBack, reboot: reasons }: MachineSurvey, reboot: boolean): string[] {
  const others = foreign.map((one) => `${one.name} (${one.origin})`);
  return [
    ...(others.length === 0 ? [] : [`${name}: left alone, because not from Debian (--foreign): ${list(others)}`]),
    ...(keptBack.length === 0 ? [] : [`${name}: kept back by apt: ${list(keptBack)}`]),
    ...(reboot || reasons.length === 0 ? [] : [`${name}: wants a reboot (--reboot): ${list(reasons)}`]),
  ].map((line) => pc.dim(line));
}

/** What the owner's own upgrades may do to several machines at once. */
function unattendedNote(manifest: Manifest, surveys: UpgradePlan["surveys"]): string[] {
  const names = manifest.machines.flatMap(({ name }) => (surveys.get(name)!.unattended ? [name] : []));
  if (names.length < 2) return [];
  return [
    pc.dim(
      `unattended-upgrades is on at ${list(names)}, and may restart daemons on several of them at once: ` +
        `docs/commands/upgrade.md says what to do.`,
    ),
  ];
}

/** What was done to the machines of one wave. */
export function upgradeDoneText(done: readonly UpgradedMachine[]): string {
  return done
    .map(({ name, packages, restarted, rebooted, seconds, reboot }) => {
      const what = [
        count(packages, "package"),
        ...(rebooted ? ["rebooted"] : restarted.length === 0 ? [] : [`restarted ${list(restarted)}`]),
        `whole after ${seconds.toFixed(0)} s`,
      ].join(", ");
      const still = reboot.length === 0 ? "" : `; wants a reboot (--reboot): ${list(reboot)}`;
      return `${pc.green("✓")} ${pc.bold(name)}  ${what}${still}`;
    })
    .join("\n");
}
