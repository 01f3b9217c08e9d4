import type { Construct } from "constructs";
import {
  FloatingAddress,
  HaproxyLoadBalancer,
  HealthCheckedLoadBalancer,
  Tier,
  type Duration,
  type LoadBalancerEngine,
  type HealthCheckedLoadBalancerProps,
  type LoadBalancerTarget,
  type TierDescription,
  type TierProps,
} from "../../../lib";
import { bundleOf, hosts, shop } from "../../support/hive";
import { TestLoadBalancer } from "../../support/engines";

/** A tier of a user: one daemon that answers HTTP. */
class Cache extends Tier implements LoadBalancerTarget {
  readonly port = 6081;
  readonly healthPath = "/varnish";
  readonly allowed: string[] = [];
  readonly back: Duration[] = [];

  constructor(scope: Construct, id: string, props: TierProps) {
    super(scope, id, props, { noun: "servers", count: 2 });
    this.rollOut({ software: () => [], secrets: {}, width: 1 });
  }

  allowFrom(sources: readonly string[]): void {
    this.allowed.push(...sources);
  }

  expectBack(within: Duration): void {
    this.back.push(within);
  }

  protected describe(): TierDescription {
    return { kind: "Cache", engine: "varnish", atLeast: 1 };
  }
}

function cached(props: Partial<HealthCheckedLoadBalancerProps> = {}) {
  const hive = shop({ hosts: hosts({ m: 13 }) });
  const cache = new Cache(hive.stack, "cache", { site: hive.site });
  const entrance = new HealthCheckedLoadBalancer(hive.stack, "front", {
    site: hive.site,
    servers: 2,
    target: cache,
    address: FloatingAddress.virtualIp("10.77.0.101"),
    ...props,
  });
  return { ...hive, cache, front: entrance };
}

describe("a load balancer in front of a user's own tier", () => {
  test("checks and reaches its servers, waits for them, and is let in", () => {
    const { stack, cache, front } = cached();
    const [server] = cache.machines;
    const bundle = bundleOf(stack, "front", front.machines[0]!.name);
    expect(bundle).toContain(`server ${server!.name} ${server!.privateAddress}:6081`);
    expect(bundle).toContain("http-check send meth GET uri /varnish ");
    expect(cache.allowed).toEqual(front.machines.map(({ privateAddress }) => privateAddress));
    expect(cache.back.map(String)).toEqual(["1.6 s"]);
    expect(front.toManifest().needs).toEqual(["shop/cache"]);
  });

  test("refuses what is no target", () => {
    const { db } = shop();
    expect(() => cached({ target: db as never })).toThrow(
      "shop/front: target is the GaleraCluster shop/db; must be a tier with servers, such as an HaWebTier, for example target: web.",
    );
  });
});

describe("an engine that is asked for several targets", () => {
  const ask = (engine: LoadBalancerEngine) => {
    const hive = cached();
    const { site, web, cache, front } = hive;
    const handle = engine.make(front, {
      site,
      path: "shop/both",
      instance: "shop-both",
      machines: front.machines,
      address: FloatingAddress.virtualIp("10.77.0.102"),
      targets: [web, cache],
      healthCheck: { path: "/health", status: 200 },
      visitors: { https: false },
    });
    return { ...hive, handle };
  };

  test("sends visitors to the servers of all, when it is HAProxy", () => {
    const { handle, front, web, cache } = ask(HaproxyLoadBalancer.pair());
    const software = handle.delivery!.software(front.machines[0]!);
    const config = software.flatMap(({ files }) => files).find(({ path }) => path.endsWith("/haproxy/shop-both.cfg"));
    const servers = config!.content.match(/(?<=^ +server ).+/gm);
    expect(servers).toEqual([
      ...web.machines.map(({ name, privateAddress }) => `${name} ${privateAddress}:8080`),
      ...cache.machines.map(({ name, privateAddress }) => `${name} ${privateAddress}:6081`),
    ]);
    expect(handle.resilience.structure.recovery.map(({ of }) => of)).toEqual([undefined, "shop/web", "shop/cache"]);
  });

  test("refuses them, when it knows one target only", () => {
    expect(() => ask(new TestLoadBalancer())).toThrow(
      'shop/both: targets is ["shop/web","shop/cache"], but the engine is "test-load-balancer"; it sends visitors to one ' +
        "tier. Name one, or choose an engine that takes several.",
    );
  });
});

test("haproxy lines on the load balancer itself are refused with their new place", () => {
  expect(() => cached({ haproxy: { global: "x" } } as never)).toThrow(
    'shop/front: haproxy is {"global":"x"}, but lines for HAProxy are an option of its engine. Write engine: ' +
      "HaproxyLoadBalancer.pair({ extraConfig: { … } }).",
  );
});

test("a property of the pair that does not exist is refused as the engine's", () => {
  expect(() => cached({ engine: HaproxyLoadBalancer.pair({ extraConfig: { listen: "x" } } as never) })).toThrow(
    'shop/front: "engine.extraConfig.listen" is no property here; allowed are global, defaults, frontend, backend.',
  );
});
