import { BeehiveError } from "../../../core/errors";

export function votesNotOdd(path: string, property: string, value: number): BeehiveError {
  return new BeehiveError(
    path,
    `${property} is ${value}; a quorum needs an odd number of votes, 3 or more: with ${value} votes ` +
      `${value < 3 ? "the loss of one machine loses the majority" : `the cluster survives no more losses than with ${value - 1}`}. ` +
      `Use ${value < 3 ? 3 : value + 1} nodes.`,
  );
}
