import fc from "fast-check";
import { Duration } from "../../../../../lib/core/duration";
import { GaleraTimeouts } from "../../../../../lib/software/database/galera/galera-timeouts";

const seconds = (text: string): number => Number(/^PT([0-9.]+)S$/.exec(text)![1]);
const options = (timeouts: GaleraTimeouts): Map<string, string> =>
  new Map(timeouts.providerOptions().map((option) => option.split("=") as [string, string]));
const custom = (keepalive: number, suspect: number, install: number, inactive: number): GaleraTimeouts =>
  GaleraTimeouts.custom({
    keepalive: Duration.millis(keepalive),
    suspect: Duration.millis(suspect),
    install: Duration.millis(install),
    inactive: Duration.millis(inactive),
  });

describe("the timeouts of a Galera cluster", () => {
  it("are the measured ones in the profile lan-fast", () => {
    expect(GaleraTimeouts.lanFast().providerOptions()).toEqual([
      "evs.keepalive_period=PT0.3S",
      "evs.inactive_check_period=PT0.2S",
      "evs.join_retrans_period=PT0.3S",
      "evs.suspect_timeout=PT1S",
      "evs.install_timeout=PT3S",
      "evs.inactive_timeout=PT6S",
    ]);
  });

  it.each([GaleraTimeouts.lanFast(), GaleraTimeouts.lanSafe(), GaleraTimeouts.wan()])(
    "are in order in $profile",
    (t) => {
      const chain = [t.keepalive, t.suspect, t.install, t.inactive].map((duration) => duration.toMillis());
      expect(chain).toEqual([...new Set(chain)].sort((a, b) => a - b));
      expect(t.inactiveCheck.toMillis()).toBeLessThan(t.suspect.toMillis());
    },
  );

  it("reach the daemon as they were given when they are in order", () => {
    const increasing = fc.uniqueArray(fc.integer({ min: 20, max: 120_000 }), { minLength: 4, maxLength: 4 });
    fc.assert(
      fc.property(increasing, (values) => {
        const [keepalive, suspect, install, inactive] = [...values].sort((a, b) => a - b) as [
          number,
          number,
          number,
          number,
        ];
        const rendered = options(custom(keepalive, suspect, install, inactive));
        expect(seconds(rendered.get("evs.keepalive_period")!)).toBeCloseTo(keepalive / 1000, 6);
        expect(seconds(rendered.get("evs.suspect_timeout")!)).toBeCloseTo(suspect / 1000, 6);
        expect(seconds(rendered.get("evs.install_timeout")!)).toBeCloseTo(install / 1000, 6);
        expect(seconds(rendered.get("evs.inactive_timeout")!)).toBeCloseTo(inactive / 1000, 6);
        expect(seconds(rendered.get("evs.join_retrans_period")!)).toBeLessThanOrEqual(1);
      }),
    );
  });

  it("are refused in every other order", () => {
    const four = fc.tuple(...Array.from({ length: 4 }, () => fc.integer({ min: 20, max: 120_000 })));
    fc.assert(
      fc.property(four, ([a, b, c, d]) => {
        fc.pre(!(a! < b! && b! < c! && c! < d!));
        expect(() => custom(a!, b!, c!, d!)).toThrow(/must be less than/);
      }),
    );
  });

  it("name all values, the broken pair and the fix when they are out of order", () => {
    expect(() => custom(1000, 5000, 15_000, 15_000)).toThrow(
      "GaleraTimeouts.custom: timeouts has keepalive 1 s, suspect 5 s, install 15 s, inactive 15 s; install must be less " +
        "than inactive: Galera needs keepalive < suspect < install < inactive, or one death costs the survivors their " +
        "quorum. Raise inactive above 15 s, or use GaleraTimeouts.lanSafe().",
    );
  });

  const base = {
    keepalive: Duration.seconds(1),
    suspect: Duration.seconds(4),
    install: Duration.seconds(10),
    inactive: Duration.seconds(12),
  };
  it.each([
    [{ inactiveCheck: Duration.seconds(4) }, 'inactiveCheck is "4 s"; it must be less than suspect (4 s)'],
    [{ inactiveCheck: Duration.millis(5) }, 'inactiveCheck is "5 ms"; 10 ms or more is allowed'],
    [{ keepalive: Duration.millis(5), inactiveCheck: Duration.millis(50) }, 'keepalive is "5 ms"; 10 ms or more'],
    [{ agentPoll: Duration.millis(5) }, 'agentPoll is "5 ms"; 10 ms or more is allowed'],
    [{ agentPoll: Duration.seconds(1) }, 'agentPoll is "1 s"; 500 ms or less is allowed'],
  ])("refuse %j", (wrong, message) => {
    expect(() => GaleraTimeouts.custom({ ...base, ...wrong })).toThrow(message);
  });
});
