import type { Construct } from "constructs";
import { TerraformVariable } from "../../../lib/cdktf";
import {
  secretPlaceholder,
  Tier,
  type Machine,
  type RolloutProps,
  type Software,
  type TierDescription,
  type TierMachines,
  type TierProps,
} from "../../../lib";
import { bundleOf, fullSynth, hosts, shop } from "../../support/hive";

type RollOut = Pick<RolloutProps, "software" | "secrets" | "width" | "after">;
interface OwnProps extends TierProps {
  readonly wanted?: Partial<TierMachines>;
  readonly rollOuts?: readonly unknown[];
}

/** A tier of a user, with what he got wrong. */
class Own extends Tier {
  constructor(
    scope: Construct,
    id: string,
    { wanted = {}, rollOuts = [{ software: () => [daemon()] }], ...props }: OwnProps,
    private readonly says: Partial<TierDescription> = {},
  ) {
    super(scope, id, props, { noun: "servers", count: 2, ...wanted });
    for (const one of rollOuts) this.rollOut(one as RollOut);
  }

  depend(): void {
    this.dependOn([]);
  }

  protected describe(): TierDescription {
    return { kind: "Own", engine: "redis", atLeast: 1, ...this.says };
  }
}

const unit = "redis-own.service";
const unitFile = { path: `/etc/systemd/system/${unit}`, content: "[Service]\n" };
const daemon = (rest: Partial<Software> = {}): Software => ({
  name: "redis-own",
  packages: ["redis-server"],
  files: [unitFile],
  services: [{ unit, onChange: "restart", watches: [unitFile.path] }],
  gate: [],
  ports: [],
  ...rest,
});
const conf = (rest: object) => daemon({ files: [unitFile, { path: "/etc/redis.conf", content: "", ...rest }] });

const hive = () => shop({ hosts: hosts({ m: 11 }) });
const own = (props: Partial<OwnProps> = {}, says: Partial<TierDescription> = {}) => {
  const made = hive();
  return { ...made, tier: new Own(made.stack, "own", { site: made.site, ...props }, says) };
};
const rolledOut = (software: readonly Software[] | ((machine: Machine) => readonly Software[]), rest: object = {}) =>
  fullSynth(
    own({ rollOuts: [{ software: typeof software === "function" ? software : () => software, ...rest }] }).stack,
  );

describe("a tier's own rollOut", () => {
  test("takes software that is right", () => {
    expect(() => rolledOut([daemon()])).not.toThrow();
  });

  test("refuses a secret in plain text", () => {
    expect(() => own({ rollOuts: [{ software: () => [], secrets: { "redis-password": "hunter2" } }] })).toThrow(
      "shop/own: secrets.redis-password is written into the program; it would stand in cdk.tf.json for everybody to read.",
    );
  });

  test.each([
    ["a relative path", conf({ path: "etc/redis.conf" }), 'software.0.files.1.path is "etc/redis.conf"; '],
    ["a mode that is not octal", conf({ mode: "99x" }), 'software.0.files.1.mode is "99x"; must be octal digits'],
    [
      "a unit with a blank",
      daemon({ services: [{ unit: "redis nope", onChange: "restart", watches: [] }] }),
      'software.0.services.0.unit is "redis nope"; must be the name of a unit with its suffix',
    ],
    ["a name with a blank", daemon({ name: "redis own" }), 'software.0.name is "redis own"; must be letters'],
    ["a name with an umlaut", daemon({ name: "räder" }), 'software.0.name is "räder"; must be letters'],
    [
      "a gate that ends before it begins",
      daemon({ gate: [{ description: "it answers", command: ["true"], timeoutSeconds: -1 }] }),
      "software.0.gate.0.timeoutSeconds is -1; must be more than nothing",
    ],
    [
      "a file twice",
      daemon({ files: [unitFile, unitFile] }),
      `software.files of "redis-own" has "${unitFile.path}" twice`,
    ],
    ["no list of files", { name: "redis-own" } as Software, "software.0.packages is missing; give "],
  ])("refuses %s", (_, software, words) => {
    expect(() => rolledOut([software])).toThrow(`shop/own: ${words}`);
  });

  test("refuses what is wrong on one machine only, and no list at all", () => {
    const second = ({ name }: Machine) => [name === "m-10" ? daemon() : conf({ mode: "99x" })];
    expect(() => rolledOut(second)).toThrow('software.0.files.1.mode is "99x"');
    expect(() => rolledOut(() => daemon() as unknown as Software[])).toThrow("shop/own: software is ");
    expect(() => rolledOut([daemon(), daemon()])).toThrow(
      'rollOut was given two that are named "redis-own" on machine',
    );
  });

  test("refuses a secret that it was not given, and names the one that was probably meant", () => {
    const content = `requirepass ${secretPlaceholder("redis-password")}\n`;
    const { stack } = hive();
    const value = new TerraformVariable(stack, "password", { sensitive: true }).stringValue;
    const given = (name: string) => rolledOut([conf({ content })], { secrets: { [name]: value } });
    expect(() => given("redis-pasword")).toThrow(
      'shop/own: software "redis-own" names the secret "redis-password"; the secrets that it was given are redis-pasword. ' +
        'Did you mean redis-pasword? Give it: rollOut({ software, secrets: { "redis-password": … } }).',
    );
    expect(() => given("redis-password")).not.toThrow();
  });

  test("refuses to watch what nobody brings, and takes folders and files of another part", () => {
    const watching = (path: string) => daemon({ services: [{ unit, onChange: "restart", watches: [path] }] });
    expect(() => rolledOut([watching("/etc/redis.cnf"), { ...conf({}), name: "other", services: [] }])).toThrow(
      'shop/own: the unit "redis-own.service" of "redis-own" of shop/own watches "/etc/redis.cnf", which is no file that the ' +
        'tier brings; name a managed file, or a folder with "/" at its end. Did you mean "/etc/redis.conf"?',
    );
    const other = daemon({ name: "other", files: [{ path: "/etc/redis.conf", content: "" }], services: [] });
    expect(() => rolledOut([watching("/etc/redis.conf"), other])).not.toThrow();
    expect(() => rolledOut([watching("/etc/redis/")])).not.toThrow();
  });

  test("refuses a width below one machine and what makes no software", () => {
    expect(() => own({ rollOuts: [{ software: () => [], width: 0 }] })).toThrow(
      "shop/own: width is 0; must be 1 or more",
    );
    expect(() => own({ rollOuts: [{ software: [daemon()] }] })).toThrow("shop/own: software is ");
  });

  test("comes once", () => {
    const one = { software: () => [daemon()] };
    expect(() => own({ rollOuts: [one, one] })).toThrow(
      "shop/own: rollOut was called twice; a tier calls it once, at the end of its constructor.",
    );
  });

  test("may not be forgotten", () => {
    expect(() => fullSynth(own({ rollOuts: [] }).stack)).toThrow(
      "shop/own: the tier has machines and never called rollOut, so that nothing would run on them",
    );
  });

  test("stands beside dependOn, which comes once, too", () => {
    const { stack, tier } = own();
    tier.depend();
    expect(() => tier.depend()).toThrow("shop/own: dependOn was called twice");
    const { tiers } = JSON.parse(fullSynth(stack).read("beehive.json")) as { tiers: { path: string }[] };
    expect(tiers.filter(({ path }) => path === "shop/own")).toHaveLength(1);
    expect(bundleOf(stack, "own", tier.machines[0]!.name)).toContain("redis-own");
  });
});

describe("what a tier wants of its site's machines", () => {
  test.each([
    ["no machine", { count: 0 }, "count is 0; must be 1 or more"],
    ["half a machine", { count: 1.5 }, "count is 1.5; "],
    [
      "a relative folder",
      { data: { mount: "redis", gibibytes: 1, why: "Redis" } },
      'data.mount is "redis"; must be an absolute path',
    ],
    [
      "a disk of nothing",
      { data: { mount: "/redis", gibibytes: 0, why: "Redis" } },
      "data.gibibytes is 0; must be 1 or more",
    ],
    ["a disk for no reason", { data: { mount: "/redis", gibibytes: 1 } }, "data.why is missing; "],
  ])("is refused: %s", (_, wanted, words) => {
    expect(() => own({ wanted: wanted as Partial<TierMachines> })).toThrow(`shop/own: ${words}`);
  });
});

describe("what a tier says of itself is refused at synth", () => {
  const step = (of: string | number, times?: string) => ({
    recovery: [{ when: ["machine" as const], steps: [{ what: "reconnect", of, ...(times && { times }) }] }],
  });
  const data = { what: "Redis' data", folder: "/var/lib/redis" };

  test.each<[string, object, string]>([
    [
      "a step of a setting that it does not have",
      { settings: { reconnect: 1 }, losses: step("reconect") },
      'the step "reconnect" of its recovery names the setting "reconect", which is not among describe().settings; they are ' +
        'reconnect. Did you mean "reconnect"?',
    ],
    [
      "a step of a setting that is no number",
      { settings: { tries: "three" }, losses: step(1, "tries") },
      'names the setting "tries", which is "three" in describe().settings and no number',
    ],
    [
      "more machines than it has",
      { atLeast: 5 },
      "describe().atLeast is 5; the tier has 2 machines, so that allowed is 1 to 2.",
    ],
    ["none of its machines", { atLeast: 0 }, "describe().atLeast is 0; the tier has 2 machines"],
    [
      "the need of a stranger",
      { needs: [{ path: "shop/dbb" }] },
      'describe().needs has "shop/dbb", which this stack does not have;',
    ],
    ["no list of needs", { needs: [undefined] }, "describe().needs.0 is missing; "],
    ["data without a number of copies", { data: [data] }, "describe().data.0.copies is missing; "],
    ["more copies than machines", { data: [{ ...data, copies: 3 }] }, "describe().data.copies is 3; "],
    [
      "votes that are no numbers",
      { votes: { members: { "m-9": "one" }, quorum: "majority" } },
      'describe().votes.members.m-9 is "one"; ',
    ],
    [
      "votes of strangers",
      { votes: { members: { "m-77": 1 }, quorum: "majority" } },
      'describe().votes.members has "m-77", which',
    ],
    [
      "an arbitrator without a vote",
      { votes: { members: { "m-9": 1 }, arbitrators: ["m-10"], quorum: "majority" } },
      '"m-10" is not among votes.members',
    ],
    [
      "a quorum out of reach",
      { votes: { members: { "m-9": 1 }, quorum: 2 } },
      "describe().votes.quorum is 2; its members have 1 vote in all",
    ],
    [
      "a loss before it begins",
      { losses: { loss: [{ when: "machine", seconds: -1, guaranteed: true, why: "w" }] } },
      "describe().losses.loss.seconds is -1; allowed is 0 or more",
    ],
    ["a property that it does not know", { need: [] }, '"describe().need" is no property here;'],
  ])("%s", (_, says, words) => {
    expect(() => fullSynth(own({}, says).stack)).toThrow(words);
    expect(() => fullSynth(own({}, says).stack)).toThrow("shop/own: ");
  });

  test("a common cause of one machine, which has none by default", () => {
    const one = (losses = {}) => own({ wanted: { count: 1 } }, { losses });
    expect(one().tier.structure().commonCause).toBe(0);
    expect(own().tier.structure().commonCause).toBe(0.1);
    expect(() => one({ commonCause: 0.1 }).tier.structure()).toThrow(
      "shop/own: describe().losses.commonCause is 0.1; the tier has 1 machine; one alone has no failures in common",
    );
  });
});
