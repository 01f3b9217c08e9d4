import { Aspects, Testing, TerraformStack, TerraformVariable, type App } from "../../../lib/cdktf";
import * as fs from "node:fs";
import * as path from "node:path";
import {
  acknowledge,
  AvailabilityPromise,
  BeehiveError,
  Dependency,
  GaleraCluster,
  HaWebTier,
  HealthCheckedLoadBalancer,
  FloatingAddress,
  Reliability,
  WebApp,
} from "../../../lib";
import { Hive } from "../../../lib/stack/hive";
import { bundleOf, fullSynth, hosts, phpShop, SHOP_APP, shop, synth } from "../../support/hive";

const roomy = () => shop({ hosts: hosts({ lb: 4, web: 5, db: 6 }) });

/** What `app.synth()` writes, by file. */
function files(app: App): Record<string, string> {
  app.synth();
  const folder = path.join(app.outdir, "stacks");
  const names = fs.readdirSync(folder, { recursive: true }) as string[];
  return Object.fromEntries(
    names
      .filter((name) => fs.statSync(path.join(folder, name)).isFile())
      .map((name) => [name, fs.readFileSync(path.join(folder, name), "utf8")]),
  );
}

describe("after a stack was rendered", () => {
  test.each<[string, (hive: ReturnType<typeof shop>) => unknown, string]>([
    [
      "a tier",
      ({ stack, site }) => new GaleraCluster(stack, "archive", { site, nodes: 3, databases: ["old"] }),
      "shop/archive: the tier comes after",
    ],
    [
      "a web tier that uses a database",
      ({ stack, site, db }) => new HaWebTier(stack, "blog", { site, servers: 2, app: phpShop(), database: db }),
      "shop/blog: the tier comes after",
    ],
    [
      "a load balancer in front of servers",
      ({ stack, site, web }) =>
        new HealthCheckedLoadBalancer(stack, "second", {
          site,
          servers: 2,
          target: web,
          address: FloatingAddress.virtualIp("10.77.0.101"),
        }),
      "shop/second: the tier comes after",
    ],
    ["a source for the servers' firewalls", ({ web }) => web.allowFrom(["10.77.9.9"]), 'shop/web: client "10.77.9.9"'],
    [
      "a dependency",
      ({ stack, web }) =>
        new Dependency(stack, "mail", { reliability: Reliability.sla("99.9%", "contract"), neededBy: [web] }),
      "shop/mail: the dependency comes after",
    ],
    [
      "a promise",
      ({ stack, entrance }) => new AvailabilityPromise(stack, "slo", { entrance, availability: "99%" }),
      "shop/slo: the promise comes after",
    ],
    [
      "an acknowledgement",
      ({ stack }) => acknowledge(stack, "SHARED_FATE:site rack", "one site is enough"),
      "shop: the acknowledgement of SHARED_FATE:site rack comes after",
    ],
  ])("%s is refused", (_, change, message) => {
    const hive = roomy();
    synth(hive.stack);
    let refusal: unknown;
    try {
      change(hive);
    } catch (error) {
      refusal = error;
    }
    expect(refusal).toBeInstanceOf(BeehiveError);
    expect((refusal as BeehiveError).message).toContain(message);
  });

  test("what the hive knows already is taken again", () => {
    const { stack, web, entrance } = shop();
    synth(stack);
    web.allowFrom(entrance.machines.map((machine) => machine.privateAddress));
    expect(() => synth(stack)).not.toThrow();
  });
});

test("reading what a machine installs renders, so that a change after it is refused", () => {
  const { stack, web } = shop();
  Hive.of(stack).manifest();
  expect(() => web.allowFrom(["10.77.9.9"])).toThrow('shop/web: client "10.77.9.9" comes after');
});

test("a second synth of the same program writes the same files", () => {
  const { app } = shop();
  expect(files(app)).toEqual(files(app));
});

test("Testing.synth, Testing.fullSynth and app.synth agree in one process", () => {
  const { app, stack } = shop();
  const tested = JSON.parse(Testing.synth(stack)) as object;
  const full = fullSynth(stack);
  const { "shop/cdk.tf.json": written, "shop/beehive.json": manifest } = files(app);
  // app.synth() adds a backend; Testing.fullSynth() does so in cdktf's successor only.
  const withoutBackend = (text: string) => ({ ...(JSON.parse(text) as object), terraform: undefined });
  expect(withoutBackend(full.read("cdk.tf.json"))).toEqual(withoutBackend(written!));
  expect(full.read("beehive.json")).toBe(manifest);
  expect(JSON.parse(written!)).toMatchObject(tested);
});

test("stacks of one app are sealed each by itself", () => {
  const { app, stack } = shop();
  synth(stack);
  const other = new TerraformStack(app, "other");
  expect(() => acknowledge(other, "SHARED_FATE:site rack", "one site is enough")).not.toThrow();
});

test("an aspect may still add to a hive of hosts: cdktf's preparation renders nothing", () => {
  const { app, stack, web } = shop();
  Aspects.of(stack).add({ visit: (node) => node === stack && web.allowFrom(["10.77.9.9"]) });
  app.synth();
  expect(bundleOf(stack, "web", "web-1")).toContain("10.77.9.9");
});

test("a secret of another stack becomes a reference to it", () => {
  const app = Testing.app();
  const origin = new TerraformStack(app, "origin");
  const token = new TerraformVariable(origin, "token", { type: "string", sensitive: true });
  const { stack } = shop({
    app,
    web: { app: WebApp.php({ source: SHOP_APP, healthPath: "/health", environment: { KEY: token.stringValue } }) },
  });
  const { "shop/cdk.tf.json": written, "origin/cdk.tf.json": other } = files(app);
  expect(Object.keys((JSON.parse(other!) as { output: object }).output)).toEqual(["cross-stack-output-vartoken"]);
  expect(written).toContain("data.terraform_remote_state.cross-stack-reference-input-origin");
  expect(written).not.toContain("${var.token}");
  expect(stack.dependencies).toEqual([origin]);
});
