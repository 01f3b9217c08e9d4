import { HaWebTier, HealthCheckedLoadBalancer, Machines, ManagedDatabase, Tls } from "../../../../lib";
import { TerraformVariable } from "../../../../lib/cdktf";
import { DigitalOceanAutoscale, DigitalOceanDatabase, DigitalOceanLoadBalancer } from "../../../../lib/digitalocean";
import { dropletSite } from "../../../support/digitalocean";
import { phpShop } from "../../../support/hive";
import { describeWithMirror } from "../../../support/mirror";
import { Rehearsal, type PlannedChanges } from "../../../support/rehearsal";

jest.setTimeout(180_000);

const NOTHING: PlannedChanges = { created: [], updated: [], replaced: [], destroyed: [] };
const dns = { name: "shop.example.org", zone: "example.org" };
const PEM = (text: string) => `-----BEGIN CERTIFICATE-----\n${text}\n-----END CERTIFICATE-----\n`;
const SECRETS = { certificate: `${PEM("bGVhZg")}${PEM("Y2E")}`, key: "-----BEGIN PRIVATE KEY-----" };

interface Choices {
  readonly webs?: readonly string[];
  readonly protected?: boolean;
  readonly certificate?: "managed" | "given";
  readonly infrastructure?: boolean;
  /** Whether one more tier connects to the database. */
  readonly more?: boolean;
}

/** The shop with what DigitalOcean runs: the global load balancer when the servers are in several regions. */
function managedShop(choices: Choices = {}) {
  const { webs = ["web-fra1", "web-ams3"], protected: kept = false, certificate = "managed" } = choices;
  const { stack, site } = dropletSite({}, choices.infrastructure ?? true);
  const variable = (id: string, sensitive: boolean) => new TerraformVariable(stack, id, { sensitive }).stringValue;
  const engine = DigitalOceanDatabase.mysql({ protected: kept });
  const db = new ManagedDatabase(stack, "db", { site, engine, databases: ["shop", "crm"] });
  const machines = Machines.named(...webs);
  const target = new HaWebTier(stack, "web", { site, machines, app: phpShop(), database: db });
  const regions = new Set(webs.map((name) => name.split("-")[1]));
  new HealthCheckedLoadBalancer(stack, "entrance", {
    site,
    engine:
      regions.size > 1
        ? DigitalOceanLoadBalancer.global({ protected: kept })
        : DigitalOceanLoadBalancer.regional({ protected: kept }),
    target,
    dns,
    tls:
      certificate === "managed"
        ? Tls.managed({ domain: dns.name })
        : Tls.given({ certificate: variable("certificate", false), privateKey: variable("key", true) }),
  });
  if (choices.more) new HaWebTier(stack, "api", { site, servers: 2, app: phpShop(), database: db });
  return stack;
}

/** Pages without a database, on a pool; the region's VPC exists, so that its network is known at apply only. */
function pooledShop(most: number) {
  const vpcs = { fra1: { id: "5a4981aa-9653-4bd1-bef5-d6bff52042e4" } };
  const { stack, site } = dropletSite({ zones: ["fra1"], vpcs }, true);
  const scaling = DigitalOceanAutoscale.pool({ max: most });
  const target = new HaWebTier(stack, "web", { site, scaling, app: phpShop() });
  const engine = DigitalOceanLoadBalancer.regional({ protected: false });
  new HealthCheckedLoadBalancer(stack, "entrance", { site, engine, target });
  return stack;
}

/** `digitalocean_droplet.cloud_web-fra1_9EDA4B42` without the hash, and not what is the machines'. */
const plain = (addresses: readonly string[]) =>
  addresses
    .map((address) => address.replace(/_[0-9A-F]{8}\b/, ""))
    .filter((address) => !/^(terraform_data|digitalocean_(droplet|tag|vpc|vpc_peering|ssh_key))\./.test(address));

describeWithMirror("DigitalOcean's engines", (mirror) => {
  const rehearsals: Rehearsal[] = [];
  const rehearsal = () => {
    const one = new Rehearsal(mirror, SECRETS);
    rehearsals.push(one);
    return one;
  };
  const applied = (choices: Choices = {}) => {
    const one = rehearsal().program(managedShop(choices));
    one.plan();
    one.apply();
    return one;
  };
  afterAll(() => rehearsals.forEach((one) => one.remove()));

  test("Terraform finds all of them valid, without a warning", () => {
    const one = rehearsal();
    const valid = { valid: true, warning_count: 0 };
    expect(one.program(managedShop({ infrastructure: false })).validate()).toMatchObject(valid);
    expect(
      one.program(managedShop({ webs: ["web-fra1", "web-fra1-2"], certificate: "given" })).validate(),
    ).toMatchObject(valid);
  });

  test("the plan of everything has what DigitalOcean runs", () => {
    const { created, ...rest } = rehearsal()
      .program(managedShop({ infrastructure: false }))
      .plan();
    expect(rest).toEqual({ updated: [], replaced: [], destroyed: [] });
    expect(plain(created)).toEqual([
      "digitalocean_certificate.entrance_certificate",
      "digitalocean_database_cluster.db",
      "digitalocean_database_db.db_database-crm",
      "digitalocean_database_db.db_database-shop",
      "digitalocean_database_firewall.db_firewall",
      "digitalocean_database_user.db_user-crm",
      "digitalocean_database_user.db_user-shop",
      "digitalocean_firewall.cloud_firewall",
      "digitalocean_firewall.entrance_ams3_firewall",
      "digitalocean_firewall.entrance_fra1_firewall",
      "digitalocean_loadbalancer.entrance",
      "digitalocean_loadbalancer.entrance_ams3",
      "digitalocean_loadbalancer.entrance_fra1",
      "digitalocean_record.entrance_dns-record",
    ]);
  });

  test.each<[string, Choices]>([
    ["over several regions", {}],
    ["in one region, with a given certificate", { webs: ["web-fra1", "web-fra1-2"], certificate: "given" }],
    [
      "in one region, with eleven servers",
      { webs: Array.from({ length: 11 }, (_, i) => (i === 0 ? "web-fra1" : `web-fra1-${i + 1}`)) },
    ],
  ])("%s: a second plan after apply is empty, and destroy leaves nothing", (_, choices) => {
    const one = applied(choices);
    expect(one.plan()).toEqual(NOTHING);
    one.destroy();
    expect(one.state()).toEqual([]);
  });

  test("the load balancer and the data are not destroyed unless the program gave them up", () => {
    const one = applied({ protected: true });
    expect(() => one.destroy()).toThrow("Instance cannot be destroyed");
  });

  test("a server more adds it, and the load balancer of its region learns of it", () => {
    const { created, updated, replaced, destroyed } = applied()
      .program(managedShop({ webs: ["web-fra1", "web-ams3", "web-ams3-2"] }))
      .plan();
    expect({ replaced, destroyed }).toEqual({ replaced: [], destroyed: [] });
    expect(plain(updated)).toEqual(["digitalocean_loadbalancer.entrance_ams3"]);
    expect(created.filter((address) => address.startsWith("digitalocean_droplet."))).toHaveLength(1);
  });

  test("a server that goes is out of the load balancer before its application stops, and stops before its droplet goes", () => {
    const one = applied({ webs: ["web-fra1", "web-fra1-2", "web-fra1-3"] }).program(
      managedShop({ webs: ["web-fra1", "web-fra1-3"] }),
    );
    one.plan();
    const said = one.apply();
    const steps = [
      /digitalocean_loadbalancer\.entrance_\w+: Modifications complete/,
      /terraform_data\.web_members_\w+\["web-fra1-2"\].*: Destroying/,
      /digitalocean_droplet\.cloud_web-fra1-2_\w+.*: Destroying/,
    ].map((step) => said.search(step));
    expect(steps).not.toContain(-1);
    expect(steps).toEqual([...steps].sort((a, b) => a - b));
  });

  test("a region more adds its load balancer, and the global one learns of it", () => {
    const { created, updated, replaced, destroyed } = applied()
      .program(managedShop({ webs: ["web-fra1", "web-ams3", "web-lon1"] }))
      .plan();
    expect({ replaced, destroyed }).toEqual({ replaced: [], destroyed: [] });
    expect(plain(updated)).toEqual(["digitalocean_loadbalancer.entrance"]);
    expect(plain(created)).toEqual([
      "digitalocean_firewall.entrance_lon1_firewall",
      "digitalocean_loadbalancer.entrance_lon1",
    ]);
  });

  test("a client more of the database is let in, and nothing else of it changes", () => {
    const { created, updated, replaced, destroyed } = applied()
      .program(managedShop({ more: true }))
      .plan();
    expect({ replaced, destroyed }).toEqual({ replaced: [], destroyed: [] });
    expect(plain(updated)).toEqual(["digitalocean_database_firewall.db_firewall"]);
    expect(plain(created)).toEqual([]);
  });

  test("a pool: a second plan after apply is empty, its size is changed in place, and destroy leaves nothing", () => {
    const one = rehearsal().program(pooledShop(4));
    one.plan();
    one.apply();
    expect(one.plan()).toEqual(NOTHING);
    const { updated, ...rest } = one.program(pooledShop(6)).plan();
    expect(rest).toEqual({ created: [], replaced: [], destroyed: [] });
    expect(plain(updated)).toEqual(["digitalocean_droplet_autoscale.web"]);
    one.destroy();
    expect(one.state()).toEqual([]);
  });
});
