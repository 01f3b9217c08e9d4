import { TerraformStack, Testing } from "../../../lib/cdktf";
import { hosts, SHOP_APP } from "../../support/hive";

type Beehive = typeof import("../../../lib");

/** Two copies of the package in one program, over one cdktf: a library of the user brings its own. */
function copy(): Beehive {
  let loaded: Beehive | undefined;
  jest.isolateModules(() => {
    for (const shared of ["cdktf", "constructs"]) {
      jest.doMock(shared, () => SHARED[shared as keyof typeof SHARED]);
    }
    loaded = jest.requireActual<Beehive>("../../../lib");
  });
  return loaded!;
}
const SHARED = {
  cdktf: jest.requireActual<typeof import("cdktf")>("cdktf"),
  constructs: jest.requireActual<typeof import("constructs")>("constructs"),
};
const [one, other] = [copy(), copy()];

type Parts = [site: Beehive, db: Beehive, values: Beehive, web: Beehive, entrance: Beehive];
function program(...[site, db, app, web, entrance]: Parts) {
  const stack = new TerraformStack(Testing.app(), "shop");
  const rack = new site.HostsSite(stack, "rack", { hosts: hosts({ lb: 2, web: 3, db: 3 }), network: "10.77.0.0/16" });
  const database = new db.GaleraCluster(stack, "db", {
    site: rack,
    machines: app.Machines.labelled({ role: "db" }),
    nodes: 3,
    databases: ["shop"],
    timeouts: app.GaleraTimeouts.lanSafe(),
  });
  const servers = new web.HaWebTier(stack, "web", {
    site: rack,
    machines: app.Machines.labelled({ role: "web" }),
    app: app.WebApp.php({ source: SHOP_APP, healthPath: "/health" }),
    database,
  });
  const balancers = new entrance.HealthCheckedLoadBalancer(stack, "entrance", {
    site: rack,
    machines: app.Machines.labelled({ role: "lb" }),
    target: servers,
    address: app.FloatingAddress.virtualIp("10.77.0.100"),
    healthCheck: app.HealthCheck.http({ interval: app.Duration.seconds(1) }),
  });
  new app.AvailabilityPromise(stack, "promise", { entrance: balancers, availability: "90%" });
  new app.Dependency(stack, "dns", { reliability: app.Reliability.sla("99.9%", "contract"), neededBy: [servers] });
  return stack;
}

/** With all validations. */
const resources = (stack: TerraformStack) => (JSON.parse(Testing.synth(stack, true)) as { resource: object }).resource;

const ROLES = ["site", "database", "values", "servers", "entrance"];
/** Each part from the other copy, alone and with the parts after it. */
const MIXED = ROLES.flatMap((role, i) => [
  [`the ${role}`, ROLES.map((_, at) => at === i)] as const,
  [`the ${role} and what comes after it`, ROLES.map((_, at) => at >= i)] as const,
]);

test("the copies are two", () => {
  expect(one.GaleraCluster).not.toBe(other.GaleraCluster);
  expect(one.BeehiveError).not.toBe(other.BeehiveError);
});

test.each(MIXED)("%s may come from the other copy, and the program is the same", (_, foreign) => {
  const parts = foreign.map((is) => (is ? other : one)) as Parts;
  expect(resources(program(...parts))).toEqual(resources(program(one, one, one, one, one)));
});
