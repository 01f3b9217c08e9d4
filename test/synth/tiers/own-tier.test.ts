import { CacheTier, type CacheTierProps } from "../../../examples/extending/cache-tier";
import { nodeExporter } from "../../../examples/extending/node-exporter";
import { RentedDatabase } from "../../../examples/extending/rented-database";
import { RoundRobinName } from "../../../examples/extending/round-robin-name";
import { fact, Machines, ManagedDatabase, Reliability } from "../../../lib";
import { manifestSchema } from "../../../lib/manifest/manifest-schema";
import type { Bundle } from "../../../lib/rollout/bundle";
import { bundleOf, fullSynth, hosts, resourceAt, shop, synth } from "../../support/hive";

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
