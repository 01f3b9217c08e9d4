import type { Finding, Rule } from "./report";

/** What a rule is about, for readers who meet its name in a scanner. The whole story is docs/commands/rules.md. */
export interface RuleHelp {
  readonly title: string;
  readonly why: string;
  readonly fix: string;
  /** The worst that it reports. */
  readonly level: Finding["level"];
}

export const RULE_HELP: Readonly<Record<Rule, RuleHelp>> = {
  SINGLE_POINT_OF_FAILURE: {
    title: "One machine alone takes an entrance away",
    why: "A machine fails every few months. Two that are each down a thousandth of the time are both down a millionth of it.",
    fix: "Give the tier one machine more than it needs; the finding names the property and its new value.",
    level: "error",
  },
  SHARED_FATE: {
    title: "Redundant machines have one fate",
    why: "A zone, a site, a volume, a service or a dependency alone takes an entrance away, however many machines are in it.",
    fix: "Spread the tier over more zones, or give it another one of what all share; the finding names the move.",
    level: "error",
  },
  QUORUM_OVER_TWO_ZONES: {
    title: "A quorum over two zones",
    why: "One of two zones always holds half of the votes or more. That is slightly worse than all votes in one zone.",
    fix: "Put one vote into a third zone.",
    level: "error",
  },
  EVEN_VOTES: {
    title: "An even number of votes",
    why: "4 votes survive the loss of one, as 3 do, and have one more to lose.",
    fix: "One vote more or less.",
    level: "warning",
  },
  DNS_IN_ONE_SITE: {
    title: "All name servers in one site",
    why: "When the site is gone, nothing is left that could send visitors elsewhere (RFC 2182, section 3.1).",
    fix: "Put one of them on another site.",
    level: "warning",
  },
  CHECK_SLOWER_THAN_RTO: {
    title: "Checks and timeouts are slower than the promised RTO",
    why: "The sum of the settings that decide how long a loss lasts is longer than an AvailabilityPromise allows.",
    fix: "Other settings, tried out by the engine; or a promise that can be kept.",
    level: "error",
  },
  BACKUP_IN_FAILURE_DOMAIN: {
    title: "A backup is gone together with the last copy",
    why: "One loss takes all copies of the data and the backup of it.",
    fix: "Keep the backup outside the place that the finding names.",
    level: "error",
  },
  CONTRADICTING_TIMEOUTS: {
    title: "Timeouts contradict each other",
    why: "Settings of entrance and database that each make sense do harm together, for example by giving up before the other is back.",
    fix: "The value from which on they agree; the finding names it.",
    level: "warning",
  },
  SINGLE_NAT: {
    title: "One NAT gateway for several zones",
    why: "Machines in several zones leave through one gateway, so that the zones do not help against its loss.",
    fix: "One NAT gateway in each zone.",
    level: "warning",
  },
  SINGLE_CONTROL_PLANE: {
    title: "One control plane for several zones",
    why: "Machines in several zones depend on one control plane, so that the zones do not help against its loss.",
    fix: "The variant that runs in several zones, or one control plane for each.",
    level: "warning",
  },
  STALE_ACKNOWLEDGEMENT: {
    title: "An acknowledgement that names no finding",
    why: "It would silence the same trouble when it comes back, or it is a slip of the pen.",
    fix: "Remove it, or correct the id.",
    level: "warning",
  },
};
