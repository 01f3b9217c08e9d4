import { manifestOf, structureOf, type TierDescription } from "../../../lib/tiers/tier-description";

const tier = {
  path: "shop/queue",
  site: { name: "rack" },
  machines: [{ name: "q-1" }, { name: "q-2" }, { name: "q-3" }],
};
const least: TierDescription = { kind: "Queue", engine: "queued", atLeast: 2 };

test("a description that says only what it must gives an entry without needs, endpoints and settings", () => {
  expect(manifestOf(tier, least)).toEqual({
    path: "shop/queue",
    kind: "Queue",
    engine: "queued",
    site: "rack",
    machines: ["q-1", "q-2", "q-3"],
    atLeast: 2,
    needs: [],
    endpoints: [],
    settings: {},
  });
});

test("a description that says nothing of losses gives members that stand for each other and recover by nothing of their own", () => {
  expect(structureOf(tier, least)).toEqual({
    atLeast: 2,
    of: ["q-1", "q-2", "q-3"],
    needs: [],
    commonCause: 0.1,
    failover: { active: 1, coverage: 0.98, manualSeconds: 3600 },
    recovery: [],
    loss: [],
    alternatives: [],
  });
});

test("manifest and structure name the same machines, needs and minimum", () => {
  const description = { ...least, needs: [{ path: "shop/db" }] };
  const entry = manifestOf(tier, description);
  const { of, needs, atLeast } = structureOf(tier, description);
  expect({ machines: of, needs, atLeast }).toEqual({
    machines: entry.machines,
    needs: ["shop/db"],
    atLeast: entry.atLeast,
  });
});

test("what a description says of losses takes the place of the defaults", () => {
  const loss = [{ when: "site" as const, seconds: null, guaranteed: false, why: "all copies are there" }];
  const growth = { property: "nodes", step: 2, atLeast: "majority" as const };
  expect(structureOf(tier, { ...least, losses: { commonCause: 0, loss, growth } })).toEqual({
    ...structureOf(tier, least),
    commonCause: 0,
    loss,
    growth,
  });
});

test("the structure of an engine stands for itself, and needs what the tier needs before its own needs", () => {
  const structure = {
    atLeast: 1,
    of: ["queue service shop/queue"],
    needs: ["control plane"],
    commonCause: 0,
    recovery: [],
    loss: [],
    alternatives: [],
  };
  const description = { ...least, atLeast: 0, needs: [{ path: "shop/db" }], resilience: { nodes: {}, structure } };
  expect(structureOf(tier, description)).toEqual({ ...structure, needs: ["shop/db", "control plane"] });
  expect(manifestOf(tier, description).needs).toEqual(["shop/db"]);
});
