import { App, Testing, TerraformStack, TerraformVariable } from "../../../lib/cdktf";
import {
  acknowledge,
  AvailabilityPromise,
  BeehiveError,
  Dependency,
  Duration,
  FloatingAddress,
  GaleraCluster,
  GaleraTimeouts,
  HaWebTier,
  HealthCheckedLoadBalancer,
  HostsSite,
  ManagedDatabase,
  Reliability,
  Tls,
  WebApp,
  type DatabaseEngine,
} from "../../../lib";
import { AwsAutoScaling, AwsDatabase, AwsSite } from "../../../lib/aws";
import { DigitalOceanAutoscale, DigitalOceanSite } from "../../../lib/digitalocean";
import { siteProps } from "../../support/aws";
import { hosts, phpShop, shop } from "../../support/hive";

const hive = shop({ hosts: hosts({ m: 8 }) });
const { stack, site, db, web, entrance } = hive;
const variable = (id: string, type: string) => new TerraformVariable(stack, id, { type });
const text = variable("text", "string").stringValue;
const number = variable("number", "number").numberValue;
const list = variable("list", "list(string)").listValue;

type Wrong = Record<string, unknown>;
const galera = (wrong: Wrong) => new GaleraCluster(stack, "x", { site, databases: ["shop"], ...wrong } as never);
const servers = (wrong: Wrong) => new HaWebTier(stack, "x", { site, app: phpShop(), ...wrong } as never);
const balancer = (wrong: Wrong) => new HealthCheckedLoadBalancer(stack, "x", { site, target: web, ...wrong } as never);
const rack = (wrong: Wrong) => new HostsSite(stack, "x", { hosts: hosts({ web: 2 }), ...wrong } as never);
const aws = (wrong: Wrong) => new AwsSite(stack, "x", { ...siteProps(), ...wrong } as never);
const promise = (wrong: Wrong) => new AvailabilityPromise(stack, "x", { entrance, ...wrong } as never);
const php = (wrong: Wrong) =>
  servers({ app: WebApp.php({ source: "./site", healthPath: "/health", ...wrong } as never) });

/** The whole sentence. */
const refused = (make: () => unknown): string => {
  try {
    make();
  } catch (error) {
    if (!(error instanceof BeehiveError)) throw error;
    return error.message;
  }
  return "nothing";
};

const NEEDED =
  "is a value that only Terraform knows; Beehive needs it at synth, because it decides what is made. Write";
const SITE = 'site: new HostsSite(stack, "rack", { hosts: […] })';

test.each<[string, () => unknown, string]>([
  [
    "a database for a target",
    () => balancer({ target: db }),
    "shop/x: target is the GaleraCluster shop/db; must be a tier with servers, such as an HaWebTier, for example target: web.",
  ],
  [
    "a load balancer for a target",
    () => balancer({ target: entrance }),
    "shop/x: target is the HealthCheckedLoadBalancer shop/entrance; must be a tier with servers, such as an HaWebTier, for " +
      "example target: web.",
  ],
  [
    "a stack for a site",
    () => balancer({ site: stack }),
    `shop/x: site is the TerraformStack shop; must be a site, for example ${SITE}.`,
  ],
  [
    "a web tier for a database",
    () => servers({ database: web }),
    "shop/x: database is the HaWebTier shop/web; must be a database tier such as GaleraCluster, for example database: cluster.",
  ],
  [
    "a site for machines",
    () => servers({ machines: site }),
    "shop/x: machines is the HostsSite shop/rack; must be Machines.named(…), Machines.labelled(…) or Machines.automatic(), for " +
      'example machines: Machines.named("web-1", "web-2").',
  ],
])("%s is quoted as what it is", (_, make, message) => {
  expect(refused(make)).toBe(message);
});

test.each<[string, () => unknown, string]>([
  [
    "WebApp.php()",
    () => WebApp.php(undefined as never),
    'WebApp.php: the properties are missing; give an object with source and healthPath, for example { source: "./site", ' +
      'healthPath: "/health" }.',
  ],
  [
    "AwsDatabase.rdsInstance()",
    () => AwsDatabase.rdsInstance(undefined as never),
    'AwsDatabase.rdsInstance: the properties are missing; give an object with database, for example { database: "mariadb" }.',
  ],
  [
    "AwsAutoScaling.group()",
    () => AwsAutoScaling.group(undefined as never),
    "AwsAutoScaling.group: the properties are missing; give an object with max, for example { max: 12 }.",
  ],
  [
    "GaleraTimeouts.custom({})",
    () => GaleraTimeouts.custom({} as never),
    "GaleraTimeouts.custom: keepalive is missing; give a Duration, for example keepalive: Duration.seconds(1).",
  ],
  [
    "Tls.managed()",
    () => Tls.managed(undefined as never),
    "Tls.managed: the properties are missing; give an object with domain, for example " +
      '{ domain: "shop.example.org" }.',
  ],
  [
    "FloatingAddress.virtualIp()",
    () => FloatingAddress.virtualIp(undefined as never),
    "FloatingAddress.virtualIp: address is unset; must be an IP address, for example " +
      'FloatingAddress.virtualIp("10.77.0.100").',
  ],
  [
    "a cluster",
    () => new GaleraCluster(stack, "x", undefined as never),
    "shop/x: the properties are missing; give an object with site and databases, for example " +
      `{ ${SITE}, databases: ["shop"] }.`,
  ],
])("%s without properties is told what it needs", (_, make, message) => {
  expect(refused(make)).toBe(message);
});

const CONSTRUCTS = [
  ...[HostsSite, AwsSite, DigitalOceanSite, GaleraCluster, ManagedDatabase, HaWebTier, HealthCheckedLoadBalancer],
  ...[AvailabilityPromise, Dependency],
] as unknown as readonly (new (scope?: unknown, id?: string, props?: object) => unknown)[];

test.each(CONSTRUCTS.map((type) => [type.name, type] as const))("a %s is made in a stack", (_, type) => {
  expect(refused(() => new type(new App(), "site", {}))).toBe(
    'site: the scope is the App, which is in no stack; give a stack instead, for example new TerraformStack(app, "shop").',
  );
  expect(refused(() => new type())).toBe(
    "a construct: the scope is unset; a construct is made in a stack, so give the stack first, the id second and the " +
      "properties third.",
  );
  expect(refused(() => new type(stack, "x"))).toMatch(/^shop\/x: the properties are missing; give an object with /);
});

test("a finding is acknowledged in a stack", () => {
  expect(refused(() => acknowledge(new App(), "SHARED_FATE:site rack", "known"))).toBe(
    "acknowledge: the scope is the App, which is in no stack; give a stack instead, for example " +
      'new TerraformStack(app, "shop").',
  );
});

test.each<[string, () => unknown, string]>([
  ["a number", () => servers({ servers: number }), `shop/x: servers ${NEEDED} a whole number, for example servers: 4.`],
  [
    "a part of a text",
    () => php({ source: `x-${text}` }),
    `shop/x: app.source ${NEEDED} a text, for example source: "./site".`,
  ],
  ["a list", () => rack({ zones: list }), `shop/x: zones.0 ${NEEDED} a text, for example zones: ["a", "b", "c"].`],
  [
    "an expression as an object",
    () => servers({ servers: variable("object", "number").value }),
    `shop/x: servers ${NEEDED} a whole number, for example servers: 4.`,
  ],
  [
    "a region",
    () => aws({ region: text }),
    `shop/x: region ${NEEDED} the name of a region, for example region: "eu-central-1".`,
  ],
  [
    "the number of a Duration",
    () => Duration.seconds(number),
    `Duration.seconds: amount ${NEEDED} a number, for example Duration.seconds(2).`,
  ],
  [
    "the estimate of a Reliability",
    () => Reliability.sla(text, "the seller"),
    `Reliability.sla: estimate ${NEEDED} a percentage, for example "99.9%".`,
  ],
])("%s that only Terraform knows is refused as such", (_, make, message) => {
  expect(refused(make)).toBe(message);
});

test("networks that log in may be known only to Terraform, through a bastion, too", () => {
  const own = new TerraformStack(Testing.app(), "shop");
  const office = new TerraformVariable(own, "office", { type: "string" }).stringValue;
  const { ssh } = siteProps();
  new AwsSite(own, "cloud", siteProps({ ssh: { ...ssh, from: [office] } }));
  const { resource } = JSON.parse(Testing.synth(own)) as { resource: Record<string, Record<string, object>> };
  const rules = Object.values(resource["aws_vpc_security_group_ingress_rule"]!);
  expect(rules).toContainEqual(expect.objectContaining({ cidr_ipv4: "${var.office}", from_port: 22 }));
});

test.each<[string, () => unknown, string]>([
  [
    'Reliability.sla("120%")',
    () => Reliability.sla("120%", "the seller"),
    'Reliability.sla: estimate is "120%"; an availability is a percentage of 0 to 100; write "99.9%", ["99%", "99.9%"], ["99%", ' +
      '"99.5%", "99.9%"] or { mtbf: Duration.minutes(50_000), mttr: Duration.minutes(60) }.',
  ],
  [
    "Duration.seconds(-1)",
    () => Duration.seconds(-1),
    "Duration.seconds: amount is -1; must be a number, 0 or more, for example Duration.seconds(2).",
  ],
])("%s is refused like a property", (_, make, message) => {
  expect(refused(make)).toBe(message);
});

test("an engine of the user's that leaves out where a node stands", () => {
  const node = { kind: "managed service", probability: [0, 0, 0], provenance: "assumed", source: "us" };
  const engine = {
    name: "own-database",
    protocol: "mysql",
    make: () => ({
      ready: [],
      settings: {},
      resilience: {
        nodes: { "database x": node },
        structure: {
          atLeast: 1,
          of: ["database x"],
          needs: [],
          commonCause: 0,
          recovery: [],
          loss: [],
          alternatives: [],
        },
      },
    }),
  } as unknown as DatabaseEngine;
  const own = shop({ hosts: hosts({ m: 8 }) });
  expect(refused(() => new ManagedDatabase(own.stack, "x", { site: own.site, databases: ["shop"], engine }))).toBe(
    "shop/x: own-database.resilience.nodes.database x.in is missing; give a list of names, for example " +
      'in: [zoneNode("shop", "a")].',
  );
});

test.each<[string, () => unknown, string]>([
  [
    "hosts left out",
    () => rack({ hosts: undefined }),
    'shop/x: hosts is missing; give a list of hosts, for example hosts: [{ name: "web-1", address: "10.77.0.11", zone: "a" }].',
  ],
  [
    "zone left out",
    () => rack({ hosts: [{ name: "web", address: "10.77.0.11" }] }),
    'shop/x: hosts.0.zone is missing; give a zone\'s name, for example zone: "a".',
  ],
  [
    "zone a number",
    () => rack({ hosts: [{ name: "web", address: "10.77.0.11", zone: 5 }] }),
    'shop/x: hosts.0.zone is 5; must be a zone\'s name, for example zone: "a".',
  ],
  [
    "region left out",
    () => aws({ region: undefined }),
    'shop/x: region is missing; give the name of a region, for example region: "eu-central-1".',
  ],
  [
    "an empty region",
    () => aws({ region: "" }),
    'shop/x: region is ""; must not be empty. For example region: "eu-central-1".',
  ],
  [
    "ssh.bastion as an address on AWS",
    () => aws({ ssh: { bastion: "1.2.3.4" } }),
    'shop/x: ssh.bastion is "1.2.3.4"; must be a bastion to make, { zone: "a" }, or one that there is, { host: "203.0.113.5" }.',
  ],
  [
    "ssh.bastion as an address on hosts",
    () => rack({ ssh: { bastion: "1.2.3.4" } }),
    'shop/x: ssh.bastion is "1.2.3.4"; must be an object with host, for example bastion: { host: "bastion.example.org" }.',
  ],
  [
    "one of two kinds of bastion, misspelled",
    () => aws({ ssh: { bastion: { hots: "203.0.113.5" } } }),
    'shop/x: "ssh.bastion.hots" is no property here; allowed are user, port, privateKeyFile, hostKey, host. Did you mean host?',
  ],
  [
    "rto as a number",
    () => promise({ rto: 10 }),
    "shop/x: rto is 10; must be a time for the loss of a machine, a zone or a site, for example " +
      "rto: { machine: Duration.seconds(10) }.",
  ],
  [
    "command as a text",
    () => servers({ app: WebApp.service({ source: ".", healthPath: "/", command: "node server.js" } as never) }),
    'shop/x: app.command is "node server.js"; must be a list of the program and its arguments, for example ' +
      'command: ["/usr/bin/node", "server.js"].',
  ],
  [
    "databases as a text",
    () => galera({ databases: "shop" }),
    'shop/x: databases is "shop"; must be a list of databases, for example databases: ["shop"].',
  ],
  [
    "a database whose name is misspelled",
    () => galera({ databases: [{ nam: "shop" }] }),
    'shop/x: "databases.0.nam" is no property here; allowed are name, user, password, tls. Did you mean name?',
  ],
  [
    "availability as a number",
    () => promise({ availability: 99.9 }),
    'shop/x: availability is 99.9; must be a percentage in quotes, for example availability: "99.95%".',
  ],
  [
    "nodes that are no number",
    () => galera({ nodes: Number.NaN }),
    "shop/x: nodes is NaN; must be a whole number, for example nodes: 3.",
  ],
  ["an enum", () => aws({ nat: "both" }), 'shop/x: nat is "both"; must be "per-zone", "single" or "none".'],
  [
    "an enum, misspelled",
    () => promise({ onBreach: "fial" }),
    'shop/x: onBreach is "fial"; must be "fail" or "warn". Did you mean "fail"?',
  ],
  [
    "a promise of nothing",
    () => promise({}),
    'shop/x: promises nothing; give availability, rto or rpo, for example availability: "99.95%", or leave the promise out.',
  ],
  [
    "the name of an entry",
    () => php({ environment: { "A-B": "x" } }),
    'shop/x: app.environment has the name "A-B"; is no name of an environment variable.',
  ],
  [
    "a number that Terraform computes in the place of a text",
    () => php({ environment: { SHOP_YEAR: number } }),
    "shop/x: app.environment.SHOP_YEAR is a value that only Terraform knows; must be a text; write Token.asString(…) around it.",
  ],
  [
    "an environment as one text, unseen",
    () => php({ environment: "DB_PASSWORD=hunter2" }),
    'shop/x: app.environment is a text; must be an object of texts, for example environment: { SHOP_CURRENCY: "EUR" }.',
  ],
  [
    "a secret in a list",
    () => php({ environment: ["LANG=C", "DB_PASSWORD=hunter2"] }),
    'shop/x: app.environment is ["LANG=C","DB_PASSWORD=…"]; must be an object of texts, for example ' +
      'environment: { SHOP_CURRENCY: "EUR" }.',
  ],
  [
    "a control character",
    () => php({ environment: { MOTD: "\u001b[31mred" } }),
    'shop/x: app.environment.MOTD is "\\u001b[31mred"; takes text without control characters and lone surrogates. ' +
      'For example environment: { SHOP_CURRENCY: "EUR" }.',
  ],
  [
    "a secret of the wrong kind, unseen",
    () => php({ environment: { API_KEY: 4711 } }),
    "shop/x: app.environment.API_KEY is a value that is not shown here; must be a text, for example " +
      'environment: { SHOP_CURRENCY: "EUR" }.',
  ],
])("%s is refused in words of ours", (_, make, message) => {
  expect(refused(make)).toBe(message);
});

test("scaling.max left out", () => {
  const own = new TerraformStack(Testing.app(), "shop");
  const cloud = new AwsSite(own, "cloud", siteProps());
  const scaling = AwsAutoScaling.group({} as never);
  expect(refused(() => new HaWebTier(own, "web", { site: cloud, app: phpShop(), scaling }))).toBe(
    "shop/web: scaling.max is missing; give the largest number of servers, for example max: 12.",
  );
});

test("DigitalOcean's pool says the same when it is made without properties", () => {
  expect(refused(() => DigitalOceanAutoscale.pool(undefined as never))).toBe(
    "DigitalOceanAutoscale.pool: the properties are missing; give an object with max, for example { max: 12 }.",
  );
});
