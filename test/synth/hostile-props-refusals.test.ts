import fc from "fast-check";
import * as fs from "node:fs";
import * as path from "node:path";
import { TerraformStack, TerraformVariable, Testing, Token } from "../../lib/cdktf";
import {
  AvailabilityPromise,
  BeehiveError,
  Dependency,
  Duration,
  FloatingAddress,
  GaleraCluster,
  GaleraTimeouts,
  HaproxyLoadBalancer,
  HaWebTier,
  HealthCheck,
  HealthCheckedLoadBalancer,
  HostsSite,
  ManagedDatabase,
  Reliability,
  Tier,
  type TierDescription,
  Tls,
  WebApp,
} from "../../lib";
import { AwsAutoScaling, AwsDatabase, AwsLoadBalancer, AwsSite } from "../../lib/aws";
import { checkResilience } from "../../lib/contracts/engine-resilience";
import { managedService } from "../../lib/contracts/engine";
import type * as Props from "../../lib/core/props";
import { defOf, entryOf, inner, optionsOf, shapeOf } from "../../lib/core/schema";
import type { z } from "../../lib/core/zod";
import {
  DigitalOceanAutoscale,
  DigitalOceanDatabase,
  DigitalOceanLoadBalancer,
  DigitalOceanSite,
} from "../../lib/digitalocean";
import { siteProps as awsProps } from "../support/aws";
import { siteProps as dropletProps } from "../support/digitalocean";
import { hosts, phpShop, shop, SHOP_APP } from "../support/hive";

/** The real kernel, and a note of every schema that is made and of every check that is asked for. */
jest.mock("../../lib/core/props", () => {
  const real = jest.requireActual<typeof Props>("../../lib/core/props");
  const made = new Map<string, z.ZodType>();
  const asked: Asked[] = [];
  return {
    ...real,
    made,
    asked,
    propsSchema: () => {
      const [, , place = ""] = new Error().stack!.split("\n");
      return (shape: never) => {
        const schema = real.propsSchema<object>()(shape);
        made.set(place, schema);
        return schema;
      };
    },
    checkProps: (at: string, schema: z.ZodType, props: unknown, property?: string) => {
      asked.push({ schema, props });
      return real.checkProps(at, schema, props, property);
    },
  };
});
interface Asked {
  readonly schema: z.ZodType;
  readonly props: unknown;
}
const { made, asked } = jest.requireMock<{ made: Map<string, z.ZodType>; asked: Asked[] }>("../../lib/core/props");
const { checkProps } = jest.requireActual<typeof Props>("../../lib/core/props");

/** Stands only where a secret does, so that no message may show it. */
const SECRET = "hunter2hunter2";
const SECRET_NAME = /(password|secret|token|privateKey(File)?)$/i;

type Given = Record<string, unknown>;
interface Maker {
  readonly props: () => Given;
  readonly make: (props: never) => unknown;
}

const rack = () => {
  const stack = new TerraformStack(Testing.app(), "shop");
  return { stack, site: new HostsSite(stack, "rack", { hosts: hosts({ m: 9 }) }) };
};
const cloud = () => {
  const stack = new TerraformStack(Testing.app(), "shop");
  return { stack, site: new AwsSite(stack, "cloud", awsProps()) };
};
const droplets = (zones = ["fra1"]) => {
  const stack = new TerraformStack(Testing.app(), "shop");
  return { stack, site: new DigitalOceanSite(stack, "cloud", dropletProps({ zones })) };
};
type Place = ReturnType<typeof rack> | ReturnType<typeof cloud> | ReturnType<typeof droplets>;
const serving = ({ stack, site }: Place, more: object) =>
  new HaWebTier(stack, "web", { site, servers: 2, app: phpShop(), ...more } as never);
const entering = (at: Place, more: object) =>
  new HealthCheckedLoadBalancer(at.stack, "entrance", {
    site: at.site,
    servers: at.site.kind === "hosts" ? 2 : undefined,
    target: serving(at, {}),
    ...more,
  } as never);
const storing = ({ stack, site }: Place, engine: unknown) =>
  new ManagedDatabase(stack, "db", { site, engine, databases: ["shop"] } as never);
const variable = () =>
  new TerraformVariable(new TerraformStack(Testing.app(), "v"), "v", { type: "string", sensitive: true }).stringValue;
/** A tier of a program's own. */
class OwnTier extends Tier {
  constructor(
    { stack, site }: Place,
    wanted: object,
    rolledOut: object,
    private readonly description: object = DESCRIPTION,
  ) {
    super(stack, "own", { site }, wanted as never);
    this.rollOut(rolledOut as never);
  }

  protected describe(): TierDescription {
    return this.description as TierDescription;
  }
}
const DESCRIPTION = { kind: "OwnTier", engine: "own", atLeast: 1 };
const OWN_SOFTWARE = () => [exporter()];
const HEALTH = { source: SHOP_APP, healthPath: "/health" };
const DNS = { name: "shop.example.org", zone: "example.org" };
const CERTIFICATE = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";
const address = FloatingAddress.virtualIp("10.77.0.100");
const plain = rack();
const full = shop();

/** A call that is right, for every schema that there is. A new one that none of them reaches fails below. */
const MAKERS: Record<string, Maker> = {
  HostsSite: {
    props: () => ({ hosts: hosts({ web: 2 }), ssh: { bastion: { host: "b.example.org" } } }),
    make: (props) => new HostsSite(new TerraformStack(Testing.app(), "shop"), "rack", props),
  },
  AwsSite: {
    props: () => ({ ...awsProps() }),
    make: (props) => new AwsSite(new TerraformStack(Testing.app(), "shop"), "cloud", props),
  },
  DigitalOceanSite: {
    props: () => ({ ...dropletProps() }),
    make: (props) => new DigitalOceanSite(new TerraformStack(Testing.app(), "shop"), "cloud", props),
  },
  GaleraCluster: {
    props: () => ({ site: rack().site, nodes: 3, databases: ["shop", { name: "blog" }] }),
    make: (props) => new GaleraCluster(stackOf(props), "db", props),
  },
  ManagedDatabase: {
    props: () => ({
      site: cloud().site,
      engine: AwsDatabase.rdsInstance({ database: "mariadb" }),
      databases: ["shop"],
    }),
    make: (props) => new ManagedDatabase(stackOf(props), "db", props),
  },
  HaWebTier: {
    props: () => ({ site: rack().site, app: phpShop(), servers: 2 }),
    make: (props) => new HaWebTier(stackOf(props), "web", props),
  },
  HealthCheckedLoadBalancer: {
    props: () => {
      const at = rack();
      return { site: at.site, servers: 2, target: serving(at, {}), address };
    },
    make: (props) => new HealthCheckedLoadBalancer(stackOf(props), "entrance", props),
  },
  Dependency: {
    props: () => ({ reliability: Reliability.sla("99.9%", "x"), carries: ["lb-1"] }),
    make: (props) => new Dependency(full.stack, next(), props),
  },
  AvailabilityPromise: {
    props: () => ({ entrance: shop().entrance, availability: "99%", rto: {} }),
    make: (props) => new AvailabilityPromise(stackOf(props), "promise", props),
  },
  "GaleraTimeouts.custom": {
    props: () => ({
      keepalive: Duration.millis(500),
      suspect: Duration.seconds(2),
      install: Duration.seconds(5),
      inactive: Duration.seconds(8),
    }),
    make: (props) => GaleraTimeouts.custom(props),
  },
  "WebApp.php": { props: () => ({ ...HEALTH }), make: (props) => serving(rack(), { app: WebApp.php(props) }) },
  "WebApp.service": {
    props: () => ({ ...HEALTH, command: ["/bin/true"], environment: { SHOP: "x" } }),
    make: (props) => serving(rack(), { app: WebApp.service(props) }),
  },
  "FloatingAddress.virtualIp": {
    props: () => ({ routerId: 7 }),
    make: (props) => entering(rack(), { address: FloatingAddress.virtualIp("10.77.0.100", props) }),
  },
  "HaproxyLoadBalancer.pair": {
    props: () => ({ extraConfig: {} }),
    make: (props) => entering(rack(), { address, engine: HaproxyLoadBalancer.pair(props) }),
  },
  "HealthCheck.http": {
    props: () => ({ path: "/health" }),
    make: (props) => entering(rack(), { address, healthCheck: HealthCheck.http(props) }),
  },
  "Tls.given": {
    props: () => ({ certificate: CERTIFICATE, privateKey: variable() }),
    make: (props) => entering(rack(), { address, tls: Tls.given(props) }),
  },
  "Tls.managed": {
    props: () => ({ domain: "shop.example.org", zone: "example.org" }),
    make: (props) => entering(cloud(), { engine: AwsLoadBalancer.application(), tls: Tls.managed(props) }),
  },
  addSoftware: {
    props: () => ({ secrets: {} }),
    make: (props) => serving(rack(), {}).addSoftware(exporter() as never, props),
  },
  "software of addSoftware": {
    props: () => exporter(),
    make: (props) => serving(rack(), {}).addSoftware(props),
  },
  "machines of a tier of one's own": {
    props: () => ({ noun: "servers", count: 1, data: { mount: "/var/lib/own", gibibytes: 8, why: "own data" } }),
    make: (props) => new OwnTier(rack(), props, { software: OWN_SOFTWARE }),
  },
  "rollOut of a tier of one's own": {
    props: () => ({ software: OWN_SOFTWARE, secrets: {} }),
    make: (props) => new OwnTier(rack(), { noun: "servers", count: 1 }, props),
  },
  "description of a tier of one's own": {
    props: () => ({ ...DESCRIPTION, settings: { timeout: 1 }, losses: { recovery: [] } }),
    make: (props) => new OwnTier(rack(), { noun: "servers", count: 1 }, { software: OWN_SOFTWARE }, props).toManifest(),
  },
  "AwsDatabase.rdsInstance": {
    props: () => ({ database: "mariadb" }),
    make: (props) => storing(cloud(), AwsDatabase.rdsInstance(props)),
  },
  "AwsDatabase.rdsCluster": {
    props: () => ({ database: "mysql" }),
    make: (props) => storing(cloud(), AwsDatabase.rdsCluster(props)),
  },
  "AwsLoadBalancer.application": {
    props: () => ({}),
    make: (props) => entering(cloud(), { engine: AwsLoadBalancer.application(props) }),
  },
  "AwsLoadBalancer.network": {
    props: () => ({}),
    make: (props) => entering(cloud(), { engine: AwsLoadBalancer.network(props) }),
  },
  "AwsAutoScaling.group": {
    props: () => ({ max: 6 }),
    make: (props) => serving(cloud(), { servers: undefined, scaling: AwsAutoScaling.group(props) }),
  },
  "DigitalOceanDatabase.mysql": {
    props: () => ({}),
    make: (props) => storing(droplets(), DigitalOceanDatabase.mysql(props)),
  },
  "DigitalOceanLoadBalancer.regional": {
    props: () => ({}),
    make: (props) => entering(droplets(), { engine: DigitalOceanLoadBalancer.regional(props) }),
  },
  "DigitalOceanLoadBalancer.global": {
    props: () => ({}),
    make: (props) =>
      entering(droplets(["fra1", "ams3"]), {
        dns: DNS,
        engine: DigitalOceanLoadBalancer.global(props),
      }),
  },
  "DigitalOceanAutoscale.pool": {
    props: () => ({ max: 6 }),
    make: (props) => serving(droplets(), { servers: undefined, scaling: DigitalOceanAutoscale.pool(props) }),
  },
  "nodes of an engine": {
    props: () => ({ ...managedService("database", Reliability.sla("99%", "x"), []).nodes }),
    make: (nodes) =>
      checkResilience("shop/x", "engine", { ...managedService("d", Reliability.sla("99%", "x"), []), nodes }),
  },
  "structure of an engine": {
    props: () => ({ ...managedService("database", Reliability.sla("99%", "x"), []).structure }),
    make: (structure) =>
      checkResilience("shop/x", "engine", { ...managedService("d", Reliability.sla("99%", "x"), []), structure }),
  },
};

let count = 0;
const next = () => `x${++count}`;
/** The site is one of another program when a hostile value stands in its place. */
const stackOf = (props: Given): TerraformStack => {
  try {
    return TerraformStack.of((props.site ?? props.entrance) as never);
  } catch {
    return plain.stack;
  }
};

function exporter() {
  return {
    name: "exporter",
    packages: ["prometheus-node-exporter"],
    accounts: [{ name: "exporter" }],
    directories: [{ path: "/etc/exporter" }],
    files: [{ path: "/etc/exporter/web.conf", content: "x\n" }],
    checks: [{ description: "works", command: ["true"] }],
    services: [{ unit: "exporter.service", onChange: "restart", watches: [] }],
    gate: [{ description: "works", command: ["true"], timeoutSeconds: 3 }],
    ports: [{ port: 9100, protocol: "tcp", address: "*", from: "world", purpose: "metrics" }],
  };
}

/** Every way to a value that a schema describes, records and lists by one entry. */
function* waysIn(schema: z.ZodType, way: readonly string[] = []): Generator<readonly string[]> {
  yield way;
  for (const option of optionsOf(schema)) {
    const def = defOf(inner(option));
    const keys =
      def.type === "array" ? ["0"] : def.type === "record" ? ["A_SECRET", "a"] : Object.keys(shapeOf(option) ?? {});
    for (const key of keys) yield* waysIn(entryOf(option, key)!, [...way, key]);
  }
}

function* schemasIn(schema: z.ZodType): Generator<z.ZodType> {
  for (const option of optionsOf(schema)) {
    yield option;
    const def = defOf(inner(option));
    if (def.type === "array" || def.type === "record") yield* schemasIn(entryOf(option, "0")!);
    for (const one of Object.values(shapeOf(option) ?? {})) yield* schemasIn(one);
  }
}

/** The names of its properties tell a schema: `meta` makes a copy. */
const namesIn = (schema: z.ZodType) => Object.keys(shapeOf(schema) ?? {}).join();
const shapes = (schemas: Iterable<z.ZodType>) => new Set([...schemas].map(namesIn));

/** Props with another value at one place; what stands around it is made when it is not there. */
function withValue(props: unknown, [key, ...rest]: readonly string[], value: unknown): unknown {
  if (key === undefined) return value;
  const isPlain =
    typeof props === "object" &&
    props !== null &&
    [Object.prototype, Array.prototype].includes(Object.getPrototypeOf(props) as never);
  const around: unknown = isPlain ? props : key === "0" ? [] : {};
  const changed = withValue((around as Given)[key], rest, value);
  if (Array.isArray(around)) return [changed, ...(around.slice(1) as unknown[])];
  return { ...(around as Given), [key]: changed };
}

const tokens = new TerraformStack(Testing.app(), "tokens");
const token = (type: string) => new TerraformVariable(tokens, type, { type });
const [ofString, ofNumber, ofList] = [
  token("string").stringValue,
  token("number").numberValue,
  token("list(string)").listValue,
];
const circular = (): unknown => {
  const one: Given = { name: "a" };
  return Object.assign(one, { self: one, list: [one] });
};
class Own {
  readonly value = 1;
}
const throwing = (): unknown => {
  const fail = () => {
    throw new TypeError("Cannot read it");
  };
  return new Proxy({}, { get: fail, has: fail, ownKeys: fail, getPrototypeOf: fail, getOwnPropertyDescriptor: fail });
};

/** Control characters, NUL and halves of surrogate pairs: no file, unit or shell takes them. */
const UNPRINTABLE = ["a\u0000b", "\u001b[31mred", "a\u007f", "a\u0085b", "a\ud800b", "\udc00"];
const TEXTS = [
  "",
  " ",
  "a\nb",
  "a\n",
  "${file(1)}",
  "%{if true}",
  "{{beehive:secret:x}}",
  "{{beehive:fact:x}}",
  "__proto__",
  "'\"`$(id);",
  "é😀",
];

const HOSTILE: readonly (() => unknown)[] = [
  ...[undefined, null, NaN, Infinity, -Infinity, 0, -1, 0.5, 1e308, 2 ** 53, 10n, true, Symbol("s"), Symbol()].map(
    (one) => () => one,
  ),
  ...[...UNPRINTABLE, ...TEXTS, "x".repeat(10_000), "\n".repeat(500)].map((one) => () => one),
  ...[ofString, ofNumber, ofList, `a${ofString}b`, `a\u0000${ofString}`, [ofString], [ofNumber], { a: ofString }].map(
    (one) => () => one,
  ),
  () => Token.asAny({ a: 1 }),
  circular,
  throwing,
  () => [circular()],
  () => ({ a: circular() }),
  () => ({ a: throwing() }),
  () => [throwing()],
  () => full.stack,
  () => full.db,
  () => plain.site,
  () => function named() {},
  () => () => 1,
  () => Own,
  () => new Own(),
  () => new Date(0),
  () => new Date(NaN),
  () => new Map([["password", SECRET]]),
  () => new Set([1]),
  () => /x/,
  () => new Error("x"),
  () => Buffer.from("x"),
  () => Promise.resolve(1),
  () => [],
  () => Array(3),
  () => ["a", , "b"], // eslint-disable-line no-sparse-arrays
  () => Array.from({ length: 1_000 }, (_, i) => i),
  () => ({}),
  () => Object.create(null) as unknown,
  () => JSON.parse('{"__proto__":{"polluted":true},"constructor":1,"toString":1}') as unknown,
  () => ({ node: 1, constructor: null }),
  () => ({ toString: null, valueOf: null }),
  () => ({ get a() { throw new Error("no"); } }), // prettier-ignore
  () => ({ "a\u0000": 1, "": 2, "a.b": "x", [`k${ofString}`]: 3 }),
  () => ({ ["k".repeat(5_000)]: 1 }),
  () => `DB_PASSWORD=${SECRET}`,
  () => `{"password": "${SECRET}"}`,
  () => [`DB_PASSWORD=${SECRET}`],
  () => ({ DB_PASSWORD: SECRET, password: SECRET, SECRET_KEY_BASE: SECRET, privateKeyFile: [SECRET] }),
];

const anything = fc.oneof(
  { weight: 12, arbitrary: fc.constantFrom(...HOSTILE) },
  { weight: 2, arbitrary: fc.string({ unit: "binary" }).map((one) => () => one) },
  {
    weight: 1,
    arbitrary: fc
      .anything({ withBigInt: true, withDate: true, withMap: true, withSparseArray: true, withNullPrototype: true })
      .map((one) => () => one),
  },
);
/** For a property that holds a secret. */
const secrets = fc
  .constantFrom<readonly (() => unknown)[]>(
    ...[SECRET, `${SECRET}\n`, `\u0000${SECRET}`, [SECRET], { a: SECRET }, { password: SECRET }].map((one) => [
      () => one,
    ]),
  )
  .map(([one]) => one!);

const NOT_OURS =
  /undefined is not|\[object Object\]|Invalid input|circular|TfToken|Cannot read|is not a function|is not iterable/i;

/** What is wrong with how a value was taken. Undefined: it was accepted, or refused as Beehive refuses. */
function complaint(make: () => unknown): string | undefined {
  try {
    make();
    return undefined;
  } catch (error) {
    if (!(error instanceof BeehiveError)) return `threw ${(error as Error).stack}`;
    const { message } = error;
    if (message.length >= 1_000) return `has ${message.length} characters: ${message}`;
    if (NOT_OURS.test(message)) return `says ${message}`;
    if (/[\p{Cc}\p{Cs}]/u.test(message)) return `is no plain line: ${JSON.stringify(message)}`;
    if (!/^\S.*: .*[.?]$/.test(message)) return `is no sentence: ${message}`;
    return message.includes(SECRET) ? `shows a secret: ${message}` : undefined;
  }
}

interface Case {
  readonly name: string;
  readonly base: Given;
  readonly schema: z.ZodType;
  readonly ways: readonly (readonly string[])[];
}

const cases = Object.entries(MAKERS).map(([name, { props, make }]): Case => {
  const base = props();
  const from = asked.length;
  make(base as never);
  const { schema } = asked.slice(from).find((one) => one.props === base) ?? asked.slice(from).at(-1)!;
  const ways = [...new Map([...waysIn(schema)].map((way) => [way.join("."), way])).values()];
  return { name, base, schema, ways };
});

// Thousands of refusals are made here; to look up the lines of each one's trace would take most of the time.
Error.prepareStackTrace = (error, calls) => [error, ...calls.slice(0, 5)].join("\n    at ");
let tried = 0;
const holds = <T extends [unknown, ...unknown[]]>(property: fc.IPropertyWithHooks<T>, numRuns: number) =>
  fc.assert(property, { seed: 8, numRuns, endOnFailure: true });

test("every schema of the library is among those that are tried", () => {
  const reached = shapes(cases.flatMap(({ schema }) => [...schemasIn(schema)]));
  const missed = [...made].filter(([, schema]) => !reached.has(namesIn(schema))).map(([place]) => place.trim());
  expect(missed).toEqual([]);
  // Schemas that are made late are made by the calls above.
  expect(made.size).toBe(written("lib").length);
});

/** The places at which a schema is written. */
function written(folder: string): string[] {
  return fs
    .readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .flatMap((file) => {
      const code = fs.readFileSync(path.join(folder, file), "utf8");
      return [...code.matchAll(/propsSchema</g)].map(() => file);
    });
}

describe.each(cases)("$name", ({ name, base, schema, ways }) => {
  test("refuses what is hostile in words of ours, wherever it stands", () => {
    const property = fc.property(fc.constantFrom(...ways), anything, (way, value) => {
      tried++;
      expect([way, complaint(() => checkProps("shop/x", schema, withValue(base, way, value())))]).toEqual([
        way,
        undefined,
      ]);
    });
    holds(property, 20 + 20 * ways.length);
  });

  test("takes no control character and no half of a character", () => {
    for (const way of ways) {
      const taken = UNPRINTABLE.filter((value) => {
        tried++;
        try {
          checkProps("shop/x", schema, withValue(base, way, value));
          return true;
        } catch {
          return false;
        }
      });
      expect([way, taken]).toEqual([way, []]);
    }
  });

  test("shows no secret", () => {
    const secret = ways.filter((way) => way.some((key) => SECRET_NAME.test(key) || key === "secrets"));
    if (secret.length === 0) return;
    const property = fc.property(fc.constantFrom(...secret), secrets, (way, value) => {
      tried++;
      expect([way, complaint(() => checkProps("shop/x", schema, withValue(base, way, value())))]).toEqual([
        way,
        undefined,
      ]);
    });
    holds(property, 20 * secret.length);
  });

  test("what passes its schema is taken, or refused in words of ours", () => {
    const property = fc.property(fc.constantFrom(...ways), anything, (way, value) => {
      const props = withValue(MAKERS[name]!.props(), way, value());
      try {
        checkProps("shop/x", schema, props);
      } catch {
        return;
      }
      tried++;
      expect([way, complaint(() => MAKERS[name]!.make(props as never))]).toEqual([way, undefined]);
    });
    holds(property, 60);
  });
});

test("these were thousands of values", () => {
  expect(tried).toBeGreaterThan(5_000);
});
