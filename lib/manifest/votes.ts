import type { ManifestTier, ManifestVotes } from "./manifest";

/** Votes of one member. One that is not named any more counts as the one with the most, so that its loss is not underrated. */
export const votesOf = ({ members }: ManifestVotes, member: string): number =>
  members[member] ?? Math.max(1, ...Object.values(members));

/** @param all votes that there are */
export const quorumOf = ({ quorum }: ManifestVotes, all: number): number =>
  quorum === "majority" ? Math.floor(all / 2) + 1 : quorum;

/** Whether a tier keeps what must not be lost. */
export const holdsData = ({ data = [] }: Pick<ManifestTier, "data">): boolean => data.length > 0;
