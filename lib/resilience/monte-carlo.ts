import type { Circuit } from "./circuit";
import { evaluateCircuit } from "./circuit";

export interface Simulation {
  readonly samples: number;
  /** The share of samples in which the root was down. */
  readonly estimate: number;
  readonly standardError: number;
  /** 99.9 % confidence interval (Wilson's, which stays sound when few samples failed). */
  readonly low: number;
  readonly high: number;
}

/** Two-sided 99.9 % of the normal distribution. */
const Z = 3.2905;

/**
 * Rolls dice: every event happens or not, and the circuit says whether the root is down. Knows nothing of diagrams or
 * conditioning, which makes it a witness against errors that those might share. Blind below about 10 / samples.
 *
 * @param seed the same seed gives the same samples.
 */
export function simulate(
  circuit: Circuit,
  root: number,
  probability: (event: number) => number,
  samples: number,
  seed = 1,
): Simulation {
  const random = splitMix32(seed);
  const p = circuit.events.map((_, event) => probability(event));
  let down = 0;
  for (let i = 0; i < samples; i++) {
    const happened = p.map((chance) => random() < chance);
    if (evaluateCircuit(circuit, (event) => happened[event]!)[root]) down++;
  }
  const estimate = down / samples;
  const spread = (estimate * (1 - estimate)) / samples;
  const scale = 1 + Z ** 2 / samples;
  const centre = (estimate + Z ** 2 / (2 * samples)) / scale;
  const half = (Z * Math.sqrt(spread + Z ** 2 / (4 * samples ** 2))) / scale;
  return {
    samples,
    estimate,
    standardError: Math.sqrt(spread),
    low: Math.max(0, centre - half),
    high: Math.min(1, centre + half),
  };
}

/** Steele, Lea, Flood (2014), 32 bits: seedable and good enough for a check. */
function splitMix32(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let z = state;
    z = Math.imul(z ^ (z >>> 16), 0x85ebca6b);
    z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
    return ((z ^ (z >>> 16)) >>> 0) / 2 ** 32;
  };
}
