/**
 * What a folder of lib/ may import besides itself; everything else is refused, by the linter and by structure.mjs. From the
 * ground up. `cdktf` is lib/cdktf.ts.
 */

/** Plain functions on plain data: they know nothing of cdktf, and run in the command line tools, too. */
export const PLAIN = {
  manifest: ["core"],
  software: ["core", "manifest"],
  resilience: ["core"],
  plan: ["core", "manifest"],
  lab: ["core", "manifest"],
  drills: ["core", "manifest"],
  upgrade: ["core", "manifest", "drills"],
  judgement: ["core", "manifest", "resilience", "drills"],
  render: ["core", "manifest", "resilience", "drills", "judgement"],
  cli: ["core", "manifest", "resilience", "plan", "lab", "drills", "upgrade", "judgement", "render"],
};

const SYNTH = ["cdktf", "core", "manifest", "software", "contracts"];

/** What runs while a program is synthesized. */
const CONSTRUCTS = {
  core: ["cdktf"],
  contracts: ["cdktf", "core", "manifest", "software"],
  stack: SYNTH,
  rollout: [...SYNTH, "stack"],
  tiers: [...SYNTH, "stack", "rollout"],
  sites: [...SYNTH, "stack", "rollout"],
  promises: [...SYNTH, "stack", "rollout", "tiers", "judgement"],
};

export const LAYERS = { ...PLAIN, ...CONSTRUCTS };
