import { z } from "../core/zod";

/** What a machine says of itself; lib/rollout/machine/beehive_apply/upgrade.py writes it. */
const upgrade = z.object({ name: z.string(), from: z.string(), to: z.string(), origin: z.string() });

export const surveySchema = z.object({
  /** `12`, `13`; another distribution's name. */
  debian: z.string(),
  upgrades: z.array(upgrade),
  /** Newer packages from elsewhere than Debian, which stay as they are. */
  foreign: z.array(upgrade),
  /** Newer, and not to be had without removing something, or held by the owner. */
  keptBack: z.array(z.string()),
  /** Why it wants a reboot, in words. */
  reboot: z.array(z.string()),
  /** Units of Beehive that run code which an upgrade by others has replaced. */
  oldCode: z.array(z.string()),
  /** The owner's unattended-upgrades works there by itself. */
  unattended: z.boolean(),
  /** An upgrade was cut off. */
  unfinished: z.boolean(),
  /** Of the packages that were asked for. */
  versions: z.record(z.string(), z.string()),
});

export type MachineSurvey = z.infer<typeof surveySchema>;

export const outcomeSchema = z.object({
  upgraded: z.array(z.string()),
  restarted: z.array(z.string()),
  rebooting: z.boolean(),
  /** Why it still wants a reboot. */
  reboot: z.array(z.string()),
});

export const finishedSchema = z.object({ restarted: z.array(z.string()) });

/** Whether there is something to do on a machine. */
export const needsVisit = (survey: MachineSurvey, reboot: boolean): boolean =>
  survey.unfinished || survey.upgrades.length > 0 || survey.oldCode.length > 0 || (reboot && survey.reboot.length > 0);
