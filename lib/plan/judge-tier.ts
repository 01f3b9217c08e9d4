import type { DependencyGraph } from "./dependency-graph";
import { count, list } from "../core/words";
import type { ManifestVotes } from "../manifest/manifest";
import { quorumOf, votesOf } from "../manifest/votes";
import { describeResource, type Finding, type Rule } from "./finding";
import type { Fate, Member } from "./member-fate";
import { restartCauses } from "./resource-kinds";
import type { SynthesizedStack } from "./synthesized-stack";
import type { ResourceChange } from "./terraform-plan";
import type { TierChange } from "./tier-change";

export interface Surroundings {
  readonly stack: SynthesizedStack;
  readonly graph: DependencyGraph;
}

const FATES: Readonly<Record<Fate, string>> = {
  stays: "stays",
  joins: "joins",
  retires: "retires",
  moves: "moves to another machine",
  "loses-data": "loses its machine or volume",
};

/** Everything that one apply would ask of a tier and that the tier cannot give. */
export function judgeTier(tier: TierChange, around: Surroundings): Finding[] {
  const tell = (rule: Rule, problem: string, instead: string, causes: readonly ResourceChange[]): Finding => ({
    rule,
    subject: tier.path,
    problem,
    instead,
    resources: [...new Set(causes)].map((change) => describeResource(change, around.stack)),
  });
  const unordered = judgeOrder(tier, around.graph, tell);
  if (!tier.members.some(({ fate }) => fate !== "joins")) return unordered;
  const { votes } = tier;
  const loss = tier.gone
    ? judgeRemoval(tier, tell)
    : (judgeLastCopy(tier, tell) ??
      (votes === undefined ? judgeCapacity(tier, around.graph, tell) : judgeQuorum(tier, votes, around.graph, tell)));
  return loss === undefined ? unordered : [loss, ...unordered];
}

type Tell = (rule: Rule, problem: string, instead: string, causes: readonly ResourceChange[]) => Finding;

function judgeRemoval({ path, members, holdsData }: TierChange, tell: Tell): Finding {
  const causes = members.flatMap((member) => member.causes);
  const who = `the tier has left the program; ${list(members.map(({ machine }) => machine))} would retire at once`;
  if (holdsData === true) {
    return tell(
      "LAST_COPY",
      `${who}, with every copy of its data.`,
      `Back up the data and restore it elsewhere first.`,
      causes,
    );
  }
  return tell(
    "TIER_REMOVED",
    holdsData === false ? `${who}.` : `${who}. The manifest does not tell what it held.`,
    holdsData === false
      ? `Move its work elsewhere in one deploy, and remove ${path} in the next.`
      : `Give the manifest of the last deploy with --before FILE to be told more; back up what the tier holds first.`,
    causes,
  );
}

function judgeLastCopy(tier: TierChange, tell: Tell): Finding | undefined {
  const { votes, data, members } = tier;
  const keepers = members.filter(({ machine, fate }) => fate !== "joins" && !votes?.arbitrators?.includes(machine));
  const leaving = keepers.filter(({ fate }) => fate !== "stays");
  if (leaving.length === 0 || data.length === 0) return undefined;
  if (leaving.length < keepers.length) return judgeCopies(data, keepers, leaving, tell);
  const rest = tier.members.some(({ fate }) => fate !== "retires")
    ? "The members that come would find nobody to copy from, and begin empty."
    : "No member is left.";
  return tell(
    "LAST_COPY",
    `none of the ${count(leaving.length, "member")} that hold its data stays: ${fates(leaving)}. ${rest}`,
    tier.members.some(({ fate }) => fate !== "retires")
      ? `Take several deploys: add the new machines beside the old ones, wait until they are in sync, then drop the old ones, ` +
          `each time fewer than half.`
      : `Back up the data and restore it elsewhere first.`,
    leaving.flatMap(({ causes }) => causes),
  );
}

/** Fewer copies than members: what has all of its copies on members that leave is gone. */
function judgeCopies(
  data: TierChange["data"],
  keepers: readonly Member[],
  leaving: readonly Member[],
  tell: Tell,
): Finding | undefined {
  const lost = data.find(({ copies }) => copies !== "each" && leaving.length >= copies);
  if (lost === undefined) return undefined;
  const spare = Number(lost.copies) - 1;
  return tell(
    "LAST_COPY",
    `${leaving.length} of ${count(keepers.length, "member")} that hold ${lost.what} leave in one apply: ${fates(leaving)}. ` +
      `It has ${count(Number(lost.copies), "copy", "copies")}, and all copies of a part of it may be among them.`,
    spare === 0
      ? "Move the data to other members first, or back it up and restore it elsewhere."
      : `Take several deploys, in each of which at most ${spare} of them ${spare === 1 ? "leaves" : "leave"}; wait for all copies in between.`,
    leaving.flatMap(({ causes }) => causes),
  );
}

function judgeQuorum(
  { voters }: TierChange,
  votes: ManifestVotes,
  graph: DependencyGraph,
  tell: Tell,
): Finding | undefined {
  const weigh = (members: readonly Member[]) => members.reduce((sum, { machine }) => sum + votesOf(votes, machine), 0);
  const before = voters.filter(({ fate }) => fate !== "joins");
  const all = weigh(before);
  const quorum = quorumOf(votes, all);
  const spare = all - quorum;
  // Where each has one vote, votes are members; else both are said.
  const single = all === before.length;
  const some = (members: readonly Member[]) =>
    `${members.length} of ${count(before.length, "member")}${single ? "" : `, with ${weigh(members)} of ${all} votes,`}`;
  const leaving = before.filter(({ fate }) => fate !== "stays");
  if (weigh(leaving) > spare) {
    const most = single ? `at most ${spare} of them` : `members with at most ${count(spare, "vote")}`;
    return tell(
      "QUORUM_LOSS",
      `${some(leaving)} leave in one apply: ${fates(leaving)}. ${all - weigh(leaving)} of ${all} votes would stay, and ` +
        `${votes.quorum === "majority" ? "a majority" : "the quorum"} is ${quorum}.`,
      `Take several deploys, in each of which ${most} ${single && spare === 1 ? "leaves" : "leave"}; wait for all members to be in sync in between.`,
      leaving.flatMap(({ causes }) => causes),
    );
  }
  const stopping = before.filter(({ fate, outages }) => fate === "stays" && outages.length > 0);
  const away = [...leaving, ...stopping];
  if (weigh(away) > spare) {
    return tell(
      "QUORUM_LOSS",
      `${some(away)} are away at the same time: ${fates(away)}. ` +
        `${single ? spare : count(spare, "vote")} can be spared; Terraform does not wait for a member to be in sync again before it stops the next.`,
      `Change one machine a deploy, for example with terraform apply -target.`,
      away.flatMap(({ causes, outages }) => [...causes, ...outages]),
    );
  }
  const also = rollingMeanwhile(before, graph);
  const heaviest = Math.max(...before.map(({ machine }) => votesOf(votes, machine)));
  return also !== undefined && weigh(away) + heaviest > spare
    ? tell("QUORUM_LOSS", meanwhile(before, also, spare), SEPARATELY, [...outagesOf(before), ...also])
    : undefined;
}

const SEPARATELY = "Deploy the change of the machines and the change of their software one after the other.";

function judgeCapacity(tier: TierChange, graph: DependencyGraph, tell: Tell): Finding | undefined {
  const before = tier.members.filter(({ fate }) => fate !== "joins");
  const retiring = before.filter(({ fate }) => fate === "retires");
  const left = tier.members.length - retiring.length;
  if (left < tier.atLeast) {
    return tell(
      "TIER_OVERDRAWN",
      `${retiring.length} of ${count(before.length, "member")} retire: ${list(retiring.map(({ machine }) => machine))}. ` +
        `${left} would be left, and the tier works with ${tier.atLeast} or more.`,
      `Keep ${tier.atLeast} or more; when the tier shall end, remove whoever uses it first.`,
      retiring.flatMap(({ causes }) => causes),
    );
  }
  const away = before.filter(({ fate, outages }) => outages.length > 0 || (fate === "retires" && !tier.retiresLast));
  if (away.length > 0 && before.length - away.length < tier.atLeast) {
    const early = away.some(({ fate }) => fate === "retires");
    return tell(
      "TIER_OVERDRAWN",
      `${away.length} of ${count(before.length, "member")} are away at the same time: ${fates(away)}. ` +
        `${before.length - away.length} would serve, and the tier works with ${tier.atLeast} or more.` +
        (early ? ` Nothing in the program makes Terraform retire them after the new ones work.` : ``),
      early
        ? `Take two deploys: add the new machines beside the old ones, then drop the old ones.`
        : `Change fewer machines a deploy, for example with terraform apply -target.`,
      away.flatMap(({ causes, outages }) => [...causes, ...outages]),
    );
  }
  const also = rollingMeanwhile(before, graph);
  const spare = before.length - tier.atLeast;
  return also !== undefined && away.length + 1 > spare
    ? tell("TIER_OVERDRAWN", meanwhile(before, also, spare), SEPARATELY, [...outagesOf(before), ...also])
    : undefined;
}

const outagesOf = (members: readonly Member[]): ResourceChange[] => members.flatMap(({ outages }) => outages);

/** Rollouts of members that may run while other members' machines are away. */
function rollingMeanwhile(members: readonly Member[], graph: DependencyGraph): ResourceChange[] | undefined {
  const outages = outagesOf(members).map(({ type, name }) => `${type}.${name}`);
  if (outages.length === 0) return undefined;
  const rolling = members.flatMap(({ rollout, outages: own }) =>
    rollout === undefined || own.length > 0 || outages.every((outage) => graph.waitsFor(rollout.address, outage))
      ? []
      : [rollout],
  );
  return rolling.length === 0 ? undefined : rolling;
}

const meanwhile = (members: readonly Member[], rolling: readonly ResourceChange[], spare: number): string =>
  `${fates(members.filter(({ outages }) => outages.length > 0))}, and at the same time ` +
  `the rollout takes ${rolling.length === 1 ? "another member" : "other members"} in turn; ${spare} can be spared.`;

function judgeOrder(tier: TierChange, graph: DependencyGraph, tell: Tell): Finding[] {
  if (tier.gone) return [];
  const rollouts = new Map(
    tier.members
      // A new web server takes nothing away. A new voter does: it copies from another one, and two could found two clusters.
      .filter(({ fate }) => tier.votes !== undefined || fate !== "joins")
      .flatMap(({ rollout }) => (rollout === undefined ? [] : [[rollout.address, rollout] as const])),
  );
  const spare = tier.votes !== undefined ? 1 : Math.max(1, tier.size - tier.atLeast);
  const together = graph.largestUnordered([...rollouts.keys()]);
  if (together.length <= spare) return [];
  const machines = tier.members.filter(({ rollout }) => rollout && together.includes(rollout.address));
  return [
    tell(
      "UNORDERED",
      `Terraform may change ${count(together.length, "member")} at the same time: ${list(machines.map(({ machine }) => machine))}. ` +
        (tier.votes !== undefined ? `Members that vote change one at a time.` : `${spare} can be spared.`),
      `Restore the dependsOn chain between the tier's rollouts; an override or an escape hatch has taken it away.`,
      together.map((address) => rollouts.get(address)!),
    ),
  ];
}

/** "db-1 retires, db-2 moves to another machine" */
function fates(members: readonly Member[]): string {
  const words = members.map(({ machine, fate, outages }) => {
    const causes = outages.flatMap(restartCauses);
    if (fate === "stays" && causes.length > 0) return `${machine} is stopped and started for ${list(causes)}`;
    if (fate === "stays" && outages.length > 0) return `${machine} is cut off from its volume`;
    return `${machine} ${FATES[fate]}`;
  });
  return list(words);
}
