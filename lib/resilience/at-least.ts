/** The probability that at least k of independent things are down, without subtracting from 1. */
export function atLeastIndependent(k: number, down: ArrayLike<number>): number {
  // state[j]: exactly j are down so far; state[k]: k or more, from which nothing returns.
  const state = new Float64Array(k + 1);
  state[0] = 1;
  for (let i = 0; i < down.length; i++) {
    const p = down[i]!;
    state[k]! += state[k - 1]! * p;
    for (let j = k - 1; j >= 1; j--) state[j] = state[j]! * (1 - p) + state[j - 1]! * p;
    state[0]! *= 1 - p;
  }
  return state[k]!;
}
