import { recoveryOf } from "../../../lib/judgement/recovery";
import type { Manifest, ManifestTier, TierStructure } from "../../../lib/manifest/manifest";
import { manifestFor } from "../../support/manifest";

const tier = (path: string, settings: ManifestTier["settings"]): ManifestTier => ({
  path,
  kind: "Tier",
  engine: "engine",
  site: "rack",
  machines: [],
  atLeast: 1,
  needs: [],
  endpoints: [],
  settings,
});

function manifestWith(recovery: TierStructure["recovery"], settings: ManifestTier["settings"] = {}): Manifest {
  const structure = { atLeast: 1, of: ["a"], needs: [], commonCause: 0, loss: [], alternatives: [] };
  return {
    ...manifestFor({ machines: {}, tiers: [tier("s/lb", settings), tier("s/web", {})] }),
    structure: { nodes: {}, tiers: { "s/lb": { ...structure, recovery }, "s/web": { ...structure, recovery: [] } } },
  };
}

test("steps are summed from settings, factors and constants, and say how", () => {
  const manifest = manifestWith(
    [
      {
        when: ["machine"],
        of: "s/web",
        steps: [
          { what: "checks fail", of: "interval", times: "fall" },
          { what: "somebody retries", of: 1 },
          { what: "three adverts", of: "advert", times: 3 },
        ],
      },
    ],
    { interval: 0.5, fall: 2, advert: 0.1 },
  );
  expect(recoveryOf(manifest, "s/web", "machine")).toEqual({
    tier: "s/web",
    decidedBy: "s/lb",
    seconds: 2.3,
    steps: [
      { what: "checks fail", seconds: 1, formula: "fall 2 x interval 0.5 s" },
      { what: "somebody retries", seconds: 1, formula: "1 s" },
      { what: "three adverts", seconds: 0.3, formula: "3 x advert 0.1 s" },
    ],
  });
});

test("of several that notice the same loss the slowest counts", () => {
  const steps = (of: number) => [{ what: "waiting", of }];
  const manifest = manifestWith([
    { when: ["machine", "zone"], of: "s/web", steps: steps(1) },
    { when: ["machine"], of: "s/web", steps: steps(4) },
  ]);
  expect(recoveryOf(manifest, "s/web", "machine")!.seconds).toBe(4);
  expect(recoveryOf(manifest, "s/web", "zone")!.seconds).toBe(1);
});

test("a tier whose loss has no declared recovery has none", () => {
  expect(recoveryOf(manifestWith([]), "s/web", "machine")).toBeUndefined();
});

test("a setting that is no number is named", () => {
  const manifest = manifestWith([{ when: ["machine"], steps: [{ what: "x", of: "profile" }] }], { profile: "fast" });
  expect(() => recoveryOf(manifest, "s/lb", "machine")).toThrow(
    "s/lb: the setting profile that its recovery is told from is no number",
  );
});
