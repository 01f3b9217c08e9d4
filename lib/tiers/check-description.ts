import { z } from "../core/zod";
import { BeehiveError, invalidProperty } from "../core/errors";
import { once } from "../core/once";
import { checkProps, lines, propsSchema, text } from "../core/props";
import { count, didYouMean, list, quoted } from "../core/words";
import type { RecoveryStep } from "../manifest/manifest";
import { quorumOf } from "../manifest/votes";
import { structureOf, type DescribedTier, type TierDescription } from "./tier-description";

/** The manifest's schema is loaded when the first tier is described: importing Beehive stays quick. */
const schema = once(() => {
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const { tierParts } = require("../manifest/manifest-schema") as typeof import("../manifest/manifest-schema");
  const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;
  return propsSchema<TierDescription>()({
    kind: text.meta({ example: '"RedisTier"' }),
    engine: text.meta({ example: '"redis"' }),
    atLeast: z.number().int().min(0, "must be 0 or more").meta({ example: "1" }),
    needs: z
      .array(
        z
          .custom<{ path: string }>((one) => isObject(one) && typeof (one as { path?: unknown }).path === "string")
          .meta({ words: "a tier", example: "this.database" }),
      )
      .optional(),
    endpoints: z.array(tierParts.endpoint).optional(),
    settings: z.record(z.string(), z.union([lines, z.number(), z.boolean()])).optional(),
    votes: tierParts.votes.optional(),
    data: z.array(tierParts.data).optional(),
    probes: z.array(tierParts.probe).optional(),
    losses: tierParts.structure.omit({ atLeast: true, of: true, needs: true }).partial().optional(),
    // Checked where the engine gives it.
    resilience: z.custom<NonNullable<TierDescription["resilience"]>>(isObject).optional(),
  });
});

/** Refuses what a tier says of itself and its own machines and settings cannot be: commands and predictions compute with it. */
export function checkDescription(tier: DescribedTier, description: TierDescription): void {
  checkProps(tier.path, schema(), description, "describe()");
  checkMembers(tier, description);
  checkSettings(
    tier.path,
    description,
    structureOf(tier, description).recovery.flatMap(({ steps }) => steps),
  );
  checkVotes(tier, description);
  checkCopies(tier, description);
  for (const { seconds } of description.losses?.loss ?? []) {
    if (seconds !== null && !(seconds >= 0)) {
      throw wrong(tier.path, "losses.loss.seconds", seconds, "allowed is 0 or more, or null where there is no limit.");
    }
  }
}

function checkMembers({ path, machines }: DescribedTier, { atLeast, losses, resilience }: TierDescription): void {
  if (resilience !== undefined) return;
  const have = `the tier has ${count(machines.length, "machine")}`;
  if (machines.length === 0) {
    const fix = "Say in describe().resilience what the provider runs in their place, for example managedService(…)";
    throw new BeehiveError(path, `${have}, so that nothing is known of how it fails. ${fix}.`);
  }
  if (atLeast < 1 || atLeast > machines.length) {
    const range = machines.length === 1 ? "1" : `1 to ${machines.length}`;
    throw wrong(path, "atLeast", atLeast, `${have}, so that allowed is ${range}. Lower it, or ask for more machines.`);
  }
  if (machines.length < 2 && (losses?.commonCause ?? 0) > 0) {
    const fix = "one alone has no failures in common with others. Leave it out.";
    throw wrong(path, "losses.commonCause", losses!.commonCause, `${have}; ${fix}`);
  }
}

function checkSettings(
  path: string,
  { settings = {}, losses, resilience }: TierDescription,
  steps: readonly RecoveryStep[],
): void {
  const known = Object.keys(settings);
  for (const { what, of, times = 1 } of steps) {
    for (const name of [of, times]) {
      if (typeof name !== "string" || typeof settings[name] === "number") continue;
      throw unknownSetting(path, `the step ${quoted(what)} of its recovery`, name, settings[name], known);
    }
  }
  for (const { change, settings: others } of (resilience?.structure ?? losses)?.alternatives ?? []) {
    for (const name of Object.keys(others)) {
      if (!Object.hasOwn(settings, name))
        throw unknownSetting(path, `the alternative ${quoted(change)}`, name, undefined, known);
    }
  }
}

function checkVotes({ path }: DescribedTier, { votes }: TierDescription): void {
  if (votes === undefined) return;
  const { members, arbitrators = [] } = votes;
  const stranger = arbitrators.find((name) => !Object.hasOwn(members, name));
  if (stranger !== undefined) {
    throw wrong(
      path,
      "votes.arbitrators",
      arbitrators,
      `${quoted(stranger)} is not among votes.members. Add it there with its votes.`,
    );
  }
  const all = Object.values(members).reduce((sum, one) => sum + one, 0);
  if (all === 0)
    throw wrong(
      path,
      "votes.members",
      members,
      "nobody has a vote. Give each voting machine one: { [machine.name]: 1 }.",
    );
  if (quorumOf(votes, all) > all) {
    throw wrong(
      path,
      "votes.quorum",
      votes.quorum,
      `its members have ${count(all, "vote")} in all, so that it is never reached. Lower it.`,
    );
  }
}

function checkCopies({ path, machines }: DescribedTier, { data = [] }: TierDescription): void {
  for (const { what, folder, copies } of data) {
    if (folder === undefined || copies === "each" || copies <= machines.length) continue;
    const fix = `${quoted(what)} is kept on ${count(machines.length, "machine")}. Lower it, or say "each".`;
    throw wrong(path, "data.copies", copies, fix);
  }
}

const wrong = (path: string, property: string, value: unknown, problem: string): BeehiveError =>
  invalidProperty(path, `describe().${property}`, value, problem);

function unknownSetting(
  path: string,
  where: string,
  name: string,
  value: unknown,
  known: readonly string[],
): BeehiveError {
  const what =
    value === undefined
      ? "is not among describe().settings"
      : `is ${quoted(value)} in describe().settings and no number`;
  const meant = didYouMean(name, known);
  return new BeehiveError(
    path,
    `${where} names the setting ${quoted(name)}, which ${what}; they are ${list(known)}.${meant}`,
  );
}
