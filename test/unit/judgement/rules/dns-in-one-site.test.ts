import { findingsIn, hiveManifest, type HiveParts, without } from "../../../support/hive-manifest";

const names = (zones: readonly string[], parts: Partial<HiveParts> = {}) =>
  hiveManifest({
    machines: { "web-1": "a", "web-2": "b", ...Object.fromEntries(zones.map((zone, i) => [`ns-${i + 1}`, zone])) },
    tiers: {
      "shop/names": { of: zones.map((_, i) => `ns-${i + 1}`), role: { kind: "dns" } },
      "shop/web": { of: ["web-1", "web-2"], entrance: "/health" },
    },
    ...parts,
  });

test("both name servers in one site, though in two zones, are found", () => {
  const manifest = names(["a", "b"], { sources: { "shop/names": "main.ts:60" } });
  const [finding] = findingsIn(manifest, "DNS_IN_ONE_SITE");
  expect(finding).toEqual({
    rule: "DNS_IN_ONE_SITE",
    id: "DNS_IN_ONE_SITE:shop/names",
    level: "warning",
    subject: "shop/names",
    message:
      "shop/names has all its 2 name servers in site rack: when the site is gone, none is left to send visitors anywhere else.",
    fix: "Put one of ns-1, ns-2 on another site.",
    cutSet: ["site rack"],
    source: "main.ts:60",
  });
  expect(without(manifest, finding!.cutSet).tiers["shop/names"]).toBe(false);
});

test("name servers on two sites are fine", () => {
  expect(findingsIn(names(["a", "east/a"]), "DNS_IN_ONE_SITE")).toEqual([]);
});

test("name servers on two sites that are both needed are in no single site", () => {
  const both = { of: ["ns-1", "ns-2"], atLeast: 2, role: { kind: "dns" as const } };
  const manifest = names(["a", "east/a"], {
    tiers: { "shop/names": both, "shop/web": { of: ["web-1", "web-2"], entrance: "/health" } },
  });
  expect(findingsIn(manifest, "DNS_IN_ONE_SITE")).toEqual([]);
});

test("names that a service outside of every site answers are fine", () => {
  const manifest = names(["a"], {
    nodes: { "route 53": { kind: "managed service" } },
    tiers: {
      "shop/names": { of: ["route 53"], role: { kind: "dns" } },
      "shop/web": { of: ["web-1", "web-2"], entrance: "/health" },
    },
  });
  expect(findingsIn(manifest, "DNS_IN_ONE_SITE")).toEqual([]);
});

test("web servers in one site are no name servers", () => {
  expect(findingsIn(names(["a", "east/a"])).map(({ id }) => id)).toEqual(["SHARED_FATE:site rack"]);
});

test("a name server that is alone is a single point of failure besides", () => {
  expect(findingsIn(names(["a"])).map(({ id }) => id)).toEqual([
    "SINGLE_POINT_OF_FAILURE:ns-1",
    "SHARED_FATE:zone rack/a",
    "SHARED_FATE:site rack",
    "DNS_IN_ONE_SITE:shop/names",
  ]);
});

test("it is acknowledged alone", () => {
  const acknowledged = { "DNS_IN_ONE_SITE:shop/names": "there is nowhere else to send visitors" };
  const found = findingsIn(names(["a", "b"], { acknowledged }));
  expect(found.map(({ id, acknowledged }) => [id, acknowledged !== undefined])).toEqual([
    ["SHARED_FATE:site rack", false],
    ["DNS_IN_ONE_SITE:shop/names", true],
  ]);
});
