import { TerraformVariable, type TerraformStack } from "../../../lib/cdktf";
import {
  FloatingAddress,
  HaWebTier,
  HealthCheck,
  HealthCheckedLoadBalancer,
  Machines,
  ManagedDatabase,
} from "../../../lib";
import { manifestSchema } from "../../../lib/manifest/manifest-schema";
import { TestDatabase, TestLoadBalancer, TestScaling } from "../../support/engines";
import { bundleOf, fullSynth, hosts, phpShop, resourceAt, shop, synth, type HiveOptions } from "../../support/hive";

const TIERS = { m: 14 };
const BY_ROLE = {
  db: { machines: Machines.labelled({ role: "db" }) },
  web: { machines: Machines.labelled({ role: "web" }) },
};
const managed = (engine = new TestLoadBalancer(), entrance: HiveOptions["entrance"] = {}) =>
  shop({ ...BY_ROLE, entrance: { servers: undefined, address: undefined, engine, ...entrance } });
const manifestOf = ({ stack }: { readonly stack: TerraformStack }) =>
  manifestSchema.parse(JSON.parse(fullSynth(stack).read("beehive.json")));
const tierOf = (hive: { readonly stack: TerraformStack }, path: string) =>
  manifestOf(hive).tiers.find((tier) => tier.path === path)!;

describe("a load balancer that a provider runs", () => {
  test("takes no machine and has no rollout", () => {
    const hive = managed();
    const names = Object.keys(synth(hive.stack).resource.terraform_data).filter((id) => id.startsWith("entrance"));
    expect(names).toEqual([expect.stringMatching(/^entrance_[0-9A-F]{8}$/)]);
    expect(hive.entrance.machines).toEqual([]);
    expect(tierOf(hive, "shop/entrance")).toMatchObject({
      engine: "test-load-balancer",
      machines: [],
      atLeast: 0,
      needs: ["shop/web"],
      endpoints: [{ kind: "entrance", virtual: false, port: 80, healthPath: "/health" }],
      settings: { checkInterval: 5 },
    });
  });

  test("puts the provider's service into the structure, and the servers that it needs", () => {
    const { nodes, tiers } = manifestOf(managed()).structure;
    expect(nodes["load balancer"]).toMatchObject({ kind: "managed service", in: ["site rack"] });
    expect(tiers["shop/entrance"]).toMatchObject({ of: ["load balancer"], needs: ["shop/web"] });
  });

  test("comes after its servers, so that it asks none that is not there", () => {
    expect(resourceAt(managed().stack, "entrance/Resource").depends_on).toEqual(
      expect.arrayContaining([expect.stringMatching(/web_rollout_web-3_/), expect.stringMatching(/web_members_/)]),
    );
  });

  test("is let in by the servers' firewalls and believed by the application", () => {
    const bundle = bundleOf(managed().stack, "web", "web-1");
    expect(bundle).toContain("set_real_ip_from 10.77.9.0/24;");
    expect(bundle).toContain("ip saddr != { 10.77.9.0/24 } drop");
  });

  test("is told what the program says and nothing else", () => {
    const engine = new TestLoadBalancer();
    managed(engine, { healthCheck: HealthCheck.http({ path: "/deep", fall: 3 }), port: 8000 });
    expect(engine.request).toMatchObject({
      machines: [],
      port: 8000,
      healthCheck: { path: "/deep", status: 200, fall: 3 },
    });
    expect(engine.request?.healthCheck.interval).toBeUndefined();
    expect(engine.request?.targets).toMatchObject([{ path: "shop/web", port: 8080, healthPath: "/health" }]);
    expect(engine.request?.targets[0]?.machines.map(({ name }) => name)).toEqual(["web-1", "web-2", "web-3"]);
  });

  test("says where it is, for outputs and records", () => {
    const { entrance } = managed(undefined, { port: 8000 });
    expect([entrance.location.dnsName, entrance.port]).toEqual(["lb.provider.test", 8000]);
  });

  test.each([
    ["servers", { servers: 2 }, 'servers is 2, but the engine is "test-load-balancer"; the provider decides how many'],
    ["machines", { machines: Machines.named("lb-1") }, 'machines is "named lb-1", but the engine'],
    ["address", { address: FloatingAddress.virtualIp("10.77.0.100") }, 'address is "10.77.0.100", but the engine'],
  ])("refuses %s", (_, props, message) => {
    expect(() => managed(undefined, props)).toThrow(`shop/entrance: ${message}`);
  });

  test("is refused on a site of another kind, with the one that has it", () => {
    expect(() => managed(new TestLoadBalancer("aws"))).toThrow(
      'shop/entrance: engine is "test-load-balancer", which only AwsSite has; site rack (HostsSite) has not. ' +
        "Leave engine out: HAProxy pairs work on every site.",
    );
  });

  test("appears in the manifest with its site, even when no machine is left", () => {
    const scaling = new TestScaling();
    const hive = shop({
      db: { machines: Machines.automatic() },
      web: { servers: undefined, scaling },
      entrance: { servers: undefined, address: undefined, engine: new TestLoadBalancer() },
    });
    expect(manifestOf(hive).sites.map(({ name }) => name)).toEqual(["rack"]);
  });
});

describe("web servers that come and go", () => {
  const scaled = (scaling = new TestScaling(), web: HiveOptions["web"] = {}) =>
    shop({
      db: BY_ROLE.db,
      web: { servers: undefined, scaling, ...web },
      entrance: { servers: undefined, address: undefined, engine: new TestLoadBalancer() },
    });

  test("have no machines and no rollout, and say how few there are", () => {
    const hive = scaled();
    expect(Object.keys(synth(hive.stack).resource.terraform_data).filter((id) => id.startsWith("web"))).toEqual([
      expect.stringMatching(/^web_[0-9A-F]{8}$/),
    ]);
    expect(tierOf(hive, "shop/web")).toMatchObject({
      engine: "nginx-php",
      machines: [],
      atLeast: 2,
      settings: { scaling: "test-scaling", servers: 3, warmUp: 60 },
    });
  });

  test("are one part of the structure, which needs the database", () => {
    const { nodes, tiers } = manifestOf(scaled()).structure;
    expect(nodes["group of servers"]).toMatchObject({ kind: "managed service" });
    expect(tiers["shop/web"]).toMatchObject({ of: ["group of servers"], needs: ["shop/db"] });
  });

  test("take with them what a machine would be given, with their own address in it", () => {
    const scaling = new TestScaling();
    const { stack } = scaled(scaling);
    const { read } = fullSynth(stack);
    const fileOf = (file: { source: string }) => read(file.source.replace("${path.module}/", ""));
    const bundle = fileOf(scaling.request!.bundle.bundle());
    const fixed = shop({
      ...BY_ROLE,
      entrance: { servers: undefined, address: undefined, engine: new TestLoadBalancer() },
    });
    const pushed = bundleOf(fixed.stack, "web", "web-1")
      .replaceAll("web-1", "{{beehive:self:name}}")
      .replaceAll(fixed.web.machines[0]!.privateAddress, "{{beehive:self:address}}");
    const gateless = (text: string) => {
      const { software, ...rest } = JSON.parse(text) as { software: { name: string }[] };
      return { ...rest, software: software.filter(({ name }) => name !== "seen-again") };
    };
    expect(JSON.parse(bundle)).toEqual(gateless(pushed));
    expect(JSON.parse(fileOf(scaling.request!.bundle.packages()))).toMatchObject({
      packages: expect.arrayContaining(["nginx", "php-mysql", "haproxy"]) as string[],
    });
    expect(fileOf(scaling.request!.bundle.program())).toMatch(/^#!\/usr\/bin\/env python3/);
  });

  test("get their secrets as an expression that Terraform alone can read", () => {
    const scaling = new TestScaling();
    const { stack } = scaled(scaling);
    expect(resourceAt(stack, "web/Resource").triggers_replace?.secrets).toBe(
      '${jsonencode({"database/shop-db/shop" = var.db_shop_password, "database/shop-db/authority" = sha256(join(":", ["beehive-database-authority", trimspace(var.db_cluster_secret)]))})}',
    );
  });

  test("wait for their database, and are let in by it with their whole network", () => {
    const { stack } = scaled();
    expect(resourceAt(stack, "web/Resource").depends_on).toEqual(
      expect.arrayContaining([expect.stringMatching(/db_rollout_db-3_/)]),
    );
    expect(bundleOf(stack, "db", "db-1")).toContain("10.77.8.0/24");
  });

  test("may be as few as the program says", () => {
    const scaling = new TestScaling();
    scaled(scaling, { servers: 4, needed: 2 });
    expect(scaling.request).toMatchObject({ servers: 4, needed: 2, port: 8080, healthPath: "/health" });
  });

  test("are refused when none can be spared", () => {
    expect(() => scaled(new TestScaling("hosts", 1))).toThrow("shop/web: servers is 1; one server is a single point");
    expect(() => scaled(new TestScaling(), { needed: 3 })).toThrow("shop/web: needed is 3; with 3 servers none can be");
  });

  test("are no machines of the site", () => {
    expect(() => scaled(undefined, { machines: Machines.named("web-1") })).toThrow(
      'shop/web: machines is "named web-1", but the engine is "test-scaling"; its servers are no machines of the site.',
    );
  });

  test("are refused on a site of another kind, with the one that has it", () => {
    expect(() => scaled(new TestScaling("digitalocean"))).toThrow(
      'shop/web: scaling is "test-scaling", which only DigitalOceanSite has; site rack (HostsSite) has not. ' +
        "Leave scaling out: fixed machines work on every site.",
    );
  });

  test("cannot stand behind HAProxy, which would not hear of them", () => {
    expect(() => shop({ web: { servers: undefined, scaling: new TestScaling() } })).toThrow(
      'shop/entrance: target is "shop/web", but the engine is "haproxy"; the servers of test-scaling come and go',
    );
  });

  test("a load balancer is not scaling", () => {
    expect(() => scaled(new TestLoadBalancer() as never)).toThrow("shop/web: scaling is");
  });
});

describe("a database that a provider runs", () => {
  const CLIENT = { instance: "shop-x", path: "shop/x", machines: [], networks: [], port: 3306 };
  const hive = (engine = new TestDatabase(), more: Partial<ConstructorParameters<typeof ManagedDatabase>[2]> = {}) => {
    const base = shop({ hosts: hosts(TIERS) });
    const db = new ManagedDatabase(base.stack, "data", { site: base.site, engine, databases: ["blog"], ...more });
    const web = new HaWebTier(base.stack, "blog", { site: base.site, servers: 2, app: phpShop(), database: db });
    return { ...base, db, web, machine: web.machines[0]!.name };
  };
  const environmentOf = (bundle: string) => {
    const { software } = JSON.parse(bundle) as { software: { files: { path: string; content: string }[] }[] };
    const folder = "/etc/beehive/environment/shop-blog/";
    const files = software.flatMap((one) => one.files).filter(({ path }) => path.startsWith(folder));
    return Object.fromEntries(files.map(({ path, content }) => [path.slice(folder.length), content]));
  };

  test("has no machines, and tells the plan guard that it holds data", () => {
    const { stack } = hive();
    expect(Object.keys(synth(stack).resource.terraform_data).filter((id) => id.startsWith("data"))).toEqual([
      expect.stringMatching(/^data_[0-9A-F]{8}$/),
    ]);
    expect(tierOf({ stack }, "shop/data")).toMatchObject({
      kind: "ManagedDatabase",
      engine: "test-database",
      machines: [],
      endpoints: [{ kind: "writer", protocol: "mysql", port: 25060, virtual: false }],
      settings: { failover: 60, endpointLookup: 1 },
    });
  });

  test("is a part of the structure, and where the program makes it is known", () => {
    const { structure, sources } = manifestOf(hive());
    expect(structure.tiers["shop/data"]).toMatchObject({ of: ["database service"], needs: [] });
    expect(structure.tiers["shop/blog"]?.needs).toEqual(["shop/data"]);
    expect(sources["shop/data"]).toMatch(/engines\.test\.ts:\d+$/);
  });

  test("is where a Galera cluster would be: on the client's own machine", () => {
    const { stack, machine } = hive();
    const bundle = bundleOf(stack, "blog", machine);
    expect(environmentOf(bundle)).toMatchObject({
      DB_HOST: "127.0.0.1",
      DB_PORT: "3306",
      DB_READ_HOST: "127.0.0.1",
      DB_READ_PORT: "3307",
      DB_NAME: "blog",
      DB_USER: "blog",
      DB_PASSWORD: "{{beehive:secret:database/shop-data/blog}}",
      DB_TLS: "offered",
    });
    expect(bundle).toContain("server writer {{beehive:fact:host/shop/data}}:25060 resolvers machine");
    expect(bundle).toContain("server reader {{beehive:fact:host/shop/data}}:25060 resolvers machine");
  });

  test("can be reached by its own name instead, so that TLS can verify it", () => {
    const reader = { host: "ro.db.test", port: 25061 };
    const { stack, machine } = hive(new TestDatabase({ reader }), { access: "direct" });
    const bundle = bundleOf(stack, "blog", machine);
    expect(environmentOf(bundle)).toMatchObject({
      DB_HOST: "{{beehive:fact:host/shop/data}}",
      DB_PORT: "25060",
      DB_READ_HOST: "ro.db.test",
      DB_READ_PORT: "25061",
    });
    expect(bundle).not.toContain("resolvers machine");
  });

  test("gives its clients the certificates that sign its own, and says when it insists on TLS", () => {
    const { stack, machine } = hive(new TestDatabase({ tls: { required: true, authorities: "${data.ca.pem}" } }));
    const bundle = bundleOf(stack, "blog", machine);
    expect(environmentOf(bundle)).toMatchObject({
      DB_TLS: "required",
      DB_TLS_CA: "/etc/beehive/database/shop-blog.ca.pem",
    });
    expect(bundle).toContain('"content":"{{beehive:secret:database/shop-data/authorities}}"');
  });

  test("comes before its clients, and learns who they are", () => {
    const engine = new TestDatabase();
    const { stack, machine } = hive(engine);
    expect(resourceAt(stack, `blog/rollout/${machine}`).depends_on).toContainEqual(
      expect.stringMatching(/^terraform_data\.data_[0-9A-F]{8}$/),
    );
    expect(engine.request!.clients()).toMatchObject([{ path: "shop/blog", machines: [{}, {}], networks: [] }]);
  });

  test("makes a password variable with the name that a Galera cluster gives it", () => {
    expect(Object.keys(synth(hive().stack).variable)).toContain("data_blog_password");
  });

  test("makes no password variable where the provider makes passwords", () => {
    const engine = new TestDatabase({ logins: { blog: { user: "doadmin", password: "${x.password}" } } });
    const { stack, machine } = hive(engine);
    expect(Object.keys(synth(stack).variable).filter((name) => name.startsWith("data"))).toEqual([]);
    expect(environmentOf(bundleOf(stack, "blog", machine))).toMatchObject({ DB_USER: "doadmin" });
  });

  test("has several databases, each with a login of its own", () => {
    const { db } = hive(undefined, { databases: ["blog", { name: "stats", user: "counter" }] });
    expect(db.database("stats").connect(CLIENT).environment).toMatchObject({ DB_NAME: "stats", DB_USER: "counter" });
    expect(() => db.database("nothing")).toThrow('shop/data: database is "nothing"; its databases are blog, stats.');
  });

  test("takes a password that the program gives", () => {
    const base = shop({ hosts: hosts(TIERS) });
    const password = new TerraformVariable(base.stack, "given", { type: "string", sensitive: true }).stringValue;
    const engine = new TestDatabase();
    const db = new ManagedDatabase(base.stack, "data", {
      site: base.site,
      engine,
      databases: [{ name: "blog", password }],
    });
    expect(engine.request?.databases[0]?.passwordGiven).toBe(true);
    expect(db.connect(CLIENT).secrets).toEqual({ "database/shop-data/blog": password });
    expect(Object.keys(synth(base.stack).variable)).not.toContain("data_blog_password");
  });

  test("a password in the program is refused", () => {
    expect(() => hive(undefined, { databases: [{ name: "blog", password: "hunter22hunter22" }] })).toThrow(
      "shop/data: databases.0.password is written into the program;",
    );
  });

  test("a name that the database takes for itself is refused", () => {
    expect(() => hive(undefined, { databases: ["postgres"] })).toThrow(
      'shop/data: databases.0.name is "postgres"; the name is reserved; choose another.',
    );
  });

  test("is refused on a site of another kind, with the one that has it", () => {
    expect(() => hive(new TestDatabase({}, "aws"))).toThrow(
      'shop/data: engine is "test-database", which only AwsSite has; site rack (HostsSite) has not. GaleraCluster works on every site.',
    );
  });
});

test("an entrance with a name on a site without a DNS is refused", () => {
  const dns = { name: "shop.example.org", zone: "example.org" };
  expect(() => shop({ entrance: { dns } })).toThrow(
    'shop/entrance: dns.name is "shop.example.org", but site rack (HostsSite) has no DNS; AwsSite and DigitalOceanSite have.',
  );
});

test("a name outside its zone is refused", () => {
  const dns = { name: "shop.example.com", zone: "example.org" };
  expect(() => shop({ entrance: { dns } })).toThrow(
    'shop/entrance: dns.name is "shop.example.com"; it is not in the zone "example.org".',
  );
});

test("a site with a DNS makes the record in the entrance, with where it leads", () => {
  const { stack, site, web } = shop({ hosts: hosts(TIERS) });
  const asked: unknown[] = [];
  Object.assign(site, {
    dnsRecord: (request: { location: unknown }) => {
      asked.push(request);
      return web.ready[0];
    },
  });
  const dns = { name: "shop.example.org", zone: "example.org" };
  const entrance = new HealthCheckedLoadBalancer(stack, "named", {
    site,
    target: web,
    engine: new TestLoadBalancer(),
    dns,
  });
  expect(asked).toEqual([
    { scope: entrance, tier: "shop/named", ...dns, location: { dnsName: "lb.provider.test", aliasZone: "Z1" } },
  ]);
  expect(entrance.ready).toContain(web.ready[0]);
});
