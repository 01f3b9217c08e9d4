import { Duration } from "../../../core/duration";
import { checkProps, duration, propsSchema } from "../../../core/props";
import { invalidProperty, timeoutsOutOfOrder } from "../../../core/errors";
import { Trait } from "../../../core/trait";

/**
 * Times of a profile of your own, for `GaleraTimeouts.custom`. The order keepalive < suspect < install < inactive is
 * enforced.
 */
export interface GaleraTimeoutsProps {
  /**
   * Silence after which a member is asked for a sign of life (`evs.keepalive_period`).
   * @example keepalive: Duration.seconds(1)
   */
  readonly keepalive: Duration;
  /**
   * Silence after which a member is suspected; when all others agree, it is out (`evs.suspect_timeout`). The larger
   * part of the write gap after the loss of the writer.
   * @example suspect: Duration.seconds(4)
   */
  readonly suspect: Duration;
  /**
   * Time for the other members to agree on the new membership (`evs.install_timeout`).
   * @example install: Duration.seconds(10)
   */
  readonly install: Duration;
  /**
   * Silence after which a member is out, whatever the others report (`evs.inactive_timeout`).
   * @example inactive: Duration.seconds(12)
   */
  readonly inactive: Duration;
  /**
   * Time between two checks for silent members (`evs.inactive_check_period`), 10 ms or more and less than `suspect`.
   * @default - half of `keepalive`, 500 ms at most
   * @example inactiveCheck: Duration.millis(500)
   */
  readonly inactiveCheck?: Duration;
  /**
   * Time between two looks of the health agent at its MariaDB, 10 to 500 ms: a state older than 1 s counts as a
   * failure. The agent looks five times within a lease (`suspect`, 4 s at most), whatever is said here.
   * @default Duration.millis(100)
   * @example agentPoll: Duration.millis(50)
   */
  readonly agentPoll?: Duration;
}

const trait = new Trait<GaleraTimeouts>("GaleraTimeouts");

/** Whether something is a profile of timeouts. */
export const isGaleraTimeouts = trait.has;

const required = (seconds: number) => duration().meta({ example: `Duration.seconds(${seconds})` });
const schema = propsSchema<GaleraTimeoutsProps>()({
  keepalive: required(1),
  suspect: required(5),
  install: required(15),
  inactive: required(20),
  inactiveCheck: duration().meta({ example: "Duration.millis(500)" }).optional(),
  agentPoll: duration().meta({ example: "Duration.millis(100)" }).optional(),
});

/**
 * How long a Galera cluster waits before it gives a silent member up. It is the larger part of the write gap after the
 * loss of the writer, and the time that a stall of a virtual machine (live migration, snapshot) may last unnoticed.
 *
 * The order keepalive < suspect < install < inactive is enforced: galera-4 26.4.23 refuses to start with an install
 * timeout at or above the inactive timeout, and with suspect above install the survivors of one death lose their
 * quorum (https://jira.mariadb.org/browse/MDEV-38920).
 *
 * Changing the profile restarts the nodes one after another. Members with different profiles work together while the
 * rollout lasts.
 */
export class GaleraTimeouts {
  static {
    trait.mark(this.prototype);
  }

  /** Silence after which a member is asked for a sign of life (`evs.keepalive_period`). */
  readonly keepalive: Duration;
  /** Silence after which a member is suspected (`evs.suspect_timeout`). */
  readonly suspect: Duration;
  /** Time for the other members to agree on the new membership (`evs.install_timeout`). */
  readonly install: Duration;
  /** Silence after which a member is out, whatever the others report (`evs.inactive_timeout`). */
  readonly inactive: Duration;
  /** Time between two checks for silent members (`evs.inactive_check_period`). */
  readonly inactiveCheck: Duration;
  /** Time between two looks of the health agent at its MariaDB. */
  readonly agentPoll: Duration;

  private constructor(
    /** For the manifest: `lan-fast`. */
    readonly profile: string,
    props: GaleraTimeoutsProps,
  ) {
    this.keepalive = props.keepalive;
    this.suspect = props.suspect;
    this.install = props.install;
    this.inactive = props.inactive;
    this.inactiveCheck = props.inactiveCheck ?? Duration.millis(Math.min(props.keepalive.toMillis() / 2, 500));
    this.agentPoll = props.agentPoll ?? Duration.millis(100);
    this.refuseDisorder();
  }

  /**
   * Machines on one switch with processors of their own. A node that stalls for a second is out; it comes back by
   * itself. Suspect 0.6 s was tried and kept nodes from joining; suspect 1 s joined every time.
   */
  static lanFast(): GaleraTimeouts {
    return new GaleraTimeouts("lan-fast", {
      keepalive: Duration.millis(300),
      inactiveCheck: Duration.millis(200),
      suspect: Duration.seconds(1),
      install: Duration.seconds(3),
      inactive: Duration.seconds(6),
      agentPoll: Duration.millis(50),
    });
  }

  /** One site, rented machines that may stall for a few seconds. The default. */
  static lanSafe(): GaleraTimeouts {
    return new GaleraTimeouts("lan-safe", {
      keepalive: Duration.seconds(1),
      inactiveCheck: Duration.millis(500),
      suspect: Duration.seconds(4),
      install: Duration.seconds(10),
      inactive: Duration.seconds(12),
    });
  }

  /**
   * Zones in different regions. Codership's values (https://galeracluster.com/library/kb/wan-replication.html), with
   * the install timeout brought below the inactive timeout, without which the daemon does not start.
   */
  static wan(): GaleraTimeouts {
    return new GaleraTimeouts("wan", {
      keepalive: Duration.seconds(3),
      inactiveCheck: Duration.seconds(1),
      suspect: Duration.seconds(30),
      install: Duration.seconds(50),
      inactive: Duration.seconds(60),
    });
  }

  /**
   * Times of your own.
   *
   * @throws BeehiveError when they are out of order
   */
  static custom(props: GaleraTimeoutsProps): GaleraTimeouts {
    return new GaleraTimeouts("custom", checkProps("GaleraTimeouts.custom", schema, props));
  }

  /**
   * Time between two repetitions of a survivor's view of the membership (`evs.join_retrans_period`). Survivors rarely
   * agree at the first try: with the default of 1 s the new component came 2.0 s after a power loss (suspect 1 s), with
   * 0.3 s after 1.2 to 1.5 s.
   */
  get joinRetransmission(): Duration {
    return Duration.millis(Math.min(this.keepalive.toMillis(), 1000));
  }

  /** For the manifest, in seconds. */
  settings(): Record<string, number> {
    const { keepalive, suspect, install, inactive, inactiveCheck, joinRetransmission, agentPoll } = this;
    const times = { keepalive, suspect, install, inactive, inactiveCheck, joinRetransmission, agentPoll };
    return Object.fromEntries(Object.entries(times).map(([name, time]) => [name, time.toSeconds()]));
  }

  /** For `wsrep_provider_options`, in a fixed order. */
  providerOptions(): string[] {
    return [
      `evs.keepalive_period=${iso8601(this.keepalive)}`,
      `evs.inactive_check_period=${iso8601(this.inactiveCheck)}`,
      `evs.join_retrans_period=${iso8601(this.joinRetransmission)}`,
      `evs.suspect_timeout=${iso8601(this.suspect)}`,
      `evs.install_timeout=${iso8601(this.install)}`,
      `evs.inactive_timeout=${iso8601(this.inactive)}`,
    ];
  }

  private refuseDisorder(): void {
    const chain = ["keepalive", "suspect", "install", "inactive"] as const;
    const path = `GaleraTimeouts.${this.profile}`;
    const values = chain.map((name) => ({ name, value: String(this[name]) }));
    for (const [index, later] of chain.entries()) {
      const earlier = chain[index - 1];
      if (earlier !== undefined && this[earlier].toMillis() >= this[later].toMillis()) {
        throw timeoutsOutOfOrder(
          path,
          "timeouts",
          values,
          [earlier, later],
          `Galera needs keepalive < suspect < install < inactive, or one death costs the survivors their quorum. ` +
            `Raise ${later} above ${this[earlier]}, or use GaleraTimeouts.lanSafe().`,
        );
      }
    }
    if (this.inactiveCheck.toMillis() >= this.suspect.toMillis()) {
      const problem = `it must be less than suspect (${this.suspect}), or silence is noticed late. Lower it, or leave it out.`;
      throw invalidProperty(path, "inactiveCheck", String(this.inactiveCheck), problem);
    }
    for (const period of ["keepalive", "inactiveCheck", "agentPoll"] as const) {
      if (this[period].toMillis() < 10) {
        throw invalidProperty(path, period, String(this[period]), "10 ms or more is allowed. Raise it.");
      }
    }
    if (this.agentPoll.toMillis() > 500) {
      const problem = "500 ms or less is allowed, because a state older than 1 s counts as a failure. Lower it.";
      throw invalidProperty(path, "agentPoll", String(this.agentPoll), problem);
    }
  }
}

/** `PT0.3S`, as Galera reads periods. */
function iso8601(duration: Duration): string {
  return `PT${duration.toSeconds()}S`;
}
