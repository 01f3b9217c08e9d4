import { CacheTier, type CacheTierProps } from "../../../examples/extending/cache-tier";
import { nodeExporter } from "../../../examples/extending/node-exporter";
import { RentedDatabase } from "../../../examples/extending/rented-database";
import { RoundRobinName } from "../../../examples/extending/round-robin-name";
import { SessionTier } from "../../../examples/extending/session-tier";
import { fact, HaWebTier, HostsSite, Machines, ManagedDatabase, Reliability, WebApp } from "../../../lib";
import { lossesOf } from "../../../lib/judgement/losses";
import { hiveStructure } from "../../../lib/judgement/hive-structure";
import { analyzeStructure } from "../../../lib/resilience";
import { manifestSchema } from "../../../lib/manifest/manifest-schema";
import type { Bundle } from "../../../lib/rollout/bundle";
import { bundleOf, fullSynth, hosts, resourceAt, shop, SHOP_APP, synth } from "../../support/hive";

const role = (name: string) => ({ machines: Machines.labelled({ role: name }) });
const hive = (entrance = {}) =>
  shop({
    hosts: hosts({ lb: 2, web: 3, db: 3, cache: 2 }),
    db: role("db"),
    web: role("web"),
    entrance: { ...role("lb"), ...entrance },
  });
const withCache = (props: Partial<CacheTierProps> = {}) => {
  const made = hive();
  const { stack, site } = made;
  return { ...made, cache: new CacheTier(stack, "cache", { site, servers: 2, ...role("cache"), ...props }) };
};
const manifestOf = ({ stack }: Pick<ReturnType<typeof hive>, "stack">) =>
  manifestSchema.parse(JSON.parse(fullSynth(stack).read("beehive.json")));

describe("a tier of the program's own", () => {
  test("is in the manifest and in the structure like any other", () => {
    const { tiers, structure } = manifestOf(withCache());
    expect(tiers.find(({ path }) => path === "shop/cache")).toMatchObject({
      kind: "CacheTier",
      engine: "memcached",
      machines: ["cache-1", "cache-2"],
      atLeast: 1,
    });
    expect(structure.tiers["shop/cache"]).toMatchObject({
      of: ["cache-1", "cache-2"],
      recovery: [{ when: ["machine", "zone"], steps: [{ of: "clientTimeout" }] }],
    });
  });

  test("is rolled out one machine after the other", () => {
    const { stack } = withCache();
    expect(resourceAt(stack, "cache/rollout/cache-2").depends_on).toContainEqual(
      expect.stringMatching(/^terraform_data.cache_rollout_cache-1_/),
    );
  });

  test("opens its port to clients that come after it, and to nobody else", () => {
    const { stack, cache, web } = withCache();
    cache.allowFrom(web);
    const clients = web.machines.map((machine) => machine.privateAddress).join(", ");
    expect(bundleOf(stack, "cache", "cache-1")).toContain(`ip saddr != { ${clients} } drop`);
    expect(bundleOf(withCache().stack, "cache", "cache-1")).toContain("tcp flags & (syn | ack) == syn drop");
  });

  test("refuses a client that comes after the stack was rendered", () => {
    const { stack, cache, web } = withCache();
    synth(stack);
    expect(() => cache.allowFrom(web)).toThrow("shop/cache: client shop/web comes after the stack was rendered");
  });

  test("refuses what it cannot do in its own words", () => {
    expect(() => withCache({ servers: 1 })).toThrow("shop/cache: servers is 1; one would be alone. Use 2 or more.");
  });

  test("takes software of others, too", () => {
    const { stack, cache } = withCache();
    cache.addSoftware(nodeExporter(cache, ["10.77.9.9"]));
    const { software } = JSON.parse(bundleOf(stack, "cache", "cache-1")) as Bundle;
    expect(software.map(({ name }) => name)).toEqual([
      "memcached-shop-cache",
      "firewall-shop-cache--added",
      "node-exporter-shop-cache",
    ]);
    expect(software.at(-1)!.services.map(({ unit }) => unit)).toEqual([
      "node-exporter-shop-cache.service",
      "node-exporter-shop-cache-upgrades.timer",
    ]);
  });
});

describe("a tier that the web servers need", () => {
  const needing = () => {
    const list = hosts({ lb: 2, web: 3, db: 3, cache: 2, front: 2 });
    const made = shop({ hosts: list, db: role("db"), web: role("web"), entrance: role("lb") });
    const { stack, site, db } = made;
    const cache = new CacheTier(stack, "cache", { site, servers: 2, ...role("cache") });
    const props = {
      site,
      ...role("front"),
      app: WebApp.php({ source: SHOP_APP, healthPath: "/health" }),
      database: db,
    };
    return { ...made, cache, props, front: new HaWebTier(stack, "front", { ...props, needs: [cache, db] }) };
  };

  test("is in its needs, once, after the database", () => {
    const { tiers, structure } = manifestOf(needing());
    const needs = ["shop/db", "shop/cache"];
    expect(tiers.find(({ path }) => path === "shop/front")!.needs).toEqual(needs);
    expect(structure.tiers["shop/front"]!.needs).toEqual(needs);
    expect(tiers.find(({ path }) => path === "shop/web")!.needs).toEqual(["shop/db"]);
  });

  test("takes the web servers down with it in the prediction", () => {
    const manifest = manifestOf(needing());
    const { survives } = analyzeStructure(hiveStructure(manifest, ["shop/front"]));
    expect(survives(["cache-1"]).works).toBe(true);
    expect(survives(["cache-1", "cache-2"]).works).toBe(false);
    expect(analyzeStructure(hiveStructure(manifest, ["shop/web"])).survives(["cache-1", "cache-2"]).works).toBe(true);
  });

  test("is rolled out before them", () => {
    const { stack, front } = needing();
    const [first] = front.machines;
    const before = resourceAt(stack, `front/rollout/${first!.name}`).depends_on;
    expect(before).toContainEqual(expect.stringMatching(/^terraform_data.cache_rollout_cache-2_/));
  });

  test("is a tier of the same site", () => {
    const { stack, props } = needing();
    const addresses = ["10.78.0.1", "10.78.0.2"];
    const other = new HostsSite(stack, "other", {
      hosts: addresses.map((address, i) => ({ name: `far-${i}`, address, zone: "a" })),
    });
    const far = new CacheTier(stack, "far", { site: other, servers: 2 });
    expect(() => new HaWebTier(stack, "more", { ...props, needs: [far] })).toThrow(
      'shop/more: needs is "shop/far" on site other, but this tier is on site rack',
    );
    expect(() => new HaWebTier(stack, "none", { ...props, needs: ["shop/cache"] as never })).toThrow(
      'shop/none: needs.0 is "shop/cache"; must be a tier',
    );
  });
});

describe("a tier that keeps data", () => {
  const withSessions = () => {
    const list = hosts({ lb: 2, web: 3, db: 3, redis: 1 });
    const made = shop({ hosts: list, db: role("db"), web: role("web"), entrance: role("lb") });
    const sessions = new SessionTier(made.stack, "sessions", { site: made.site, ...role("redis") });
    sessions.allowFrom(made.web);
    return made;
  };

  test("says so in the manifest, and alone has nothing in common with others", () => {
    const { tiers, structure } = manifestOf(withSessions());
    expect(tiers.find(({ path }) => path === "shop/sessions")!.data).toEqual([
      { what: "sessions", folder: "/var/lib/redis", copies: "each" },
    ]);
    expect(structure.tiers["shop/sessions"]).toMatchObject({ of: ["redis-1"], commonCause: 0 });
  });

  test("loses seconds with its machine, and all of it with its site", () => {
    const manifest = manifestOf(withSessions());
    const entrances = ["shop/sessions"];
    const losses = lossesOf(manifest, analyzeStructure(hiveStructure(manifest, entrances)), entrances);
    const rpoOf = (name: string) => losses.find(({ node }) => node === name)!.rpo.seconds;
    expect([rpoOf("redis-1"), rpoOf("site rack")]).toEqual([2, null]);
  });

  test("shows its password in no file", () => {
    const { stack } = withSessions();
    const bundle = JSON.parse(bundleOf(stack, "sessions", "redis-1")) as Bundle;
    expect(bundle.secrets).toEqual(["redis-password"]);
    expect(JSON.stringify(bundle)).toContain("requirepass {{beehive:secret:redis-password}}");
  });
});

test("an engine of the program's own is what web servers lead to, and fails as its contract says", () => {
  const { stack, site, web } = hive();
  const contract = Reliability.sla("99.9%", "contract");
  const db = new ManagedDatabase(stack, "rented", {
    site,
    databases: ["orders"],
    engine: new RentedDatabase("db.example.net", contract),
  });
  const access = db.connect({
    instance: web.instance,
    path: web.path,
    machines: web.machines,
    networks: [],
    port: 3406,
  });
  expect(JSON.stringify(access.software())).toContain("db.example.net:3306");
  const { structure, tiers } = manifestOf({ stack });
  expect(structure.nodes["database shop/rented"]).toMatchObject({ kind: "managed service", source: "contract" });
  expect(tiers.find(({ path }) => path === "shop/rented")).toMatchObject({ engine: "rented-mariadb", atLeast: 0 });
});

test("an address of the program's own is where the load balancers answer, each on its own", () => {
  const { stack, entrance } = hive({ address: new RoundRobinName("shop.example.org") });
  expect(entrance.location).toEqual({ dnsName: "shop.example.org" });
  const addresses = entrance.machines.map(({ name, privateAddress }) => [
    bundleOf(stack, "entrance", name).includes(`bind ${privateAddress}:80`),
    bundleOf(stack, "entrance", name).includes("keepalived"),
  ]);
  expect(addresses).toEqual([
    [true, false],
    [true, false],
  ]);
});

test("a fact stands for what only apply knows, and reaches the machines whose software names it", () => {
  const { stack, web } = hive();
  const zone = fact(web, "dns-zone", "${terraform_data.elsewhere.output}");
  web.addSoftware({
    name: "zone",
    packages: [],
    files: [{ path: "/etc/zone.conf", content: zone }],
    services: [],
    gate: [],
    ports: [],
  });
  const provisioners = (path: string) => JSON.stringify(resourceAt(stack, path).provisioner);
  expect(provisioners("web/rollout/web-1")).toContain("terraform_data.elsewhere.output");
  expect(provisioners("db/rollout/db-1")).not.toContain("terraform_data.elsewhere.output");
});
