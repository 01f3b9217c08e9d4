import {
  GaleraCluster,
  HaWebTier,
  HostsSite,
  Machines,
  type GaleraClusterProps,
  type HostProps,
} from "../../../../lib";
import { Testing, TerraformStack } from "../../../../lib/cdktf";
import { bundleOf, hosts, phpShop, shop, synth } from "../../../support/hive";

const MACHINES = hosts({ web: 2, db: 3 });

/** Warnings of a database that web servers reach. */
function warned(machines: readonly HostProps[], databases: GaleraClusterProps["databases"] = ["shop"]): string[] {
  const stack = new TerraformStack(Testing.app(), "shop");
  const site = new HostsSite(stack, "rack", { hosts: machines });
  const db = new GaleraCluster(stack, "db", { site, databases, machines: Machines.labelled({ role: "db" }) });
  const web = { site, app: phpShop(), database: db, machines: Machines.labelled({ role: "web" }) };
  new HaWebTier(stack, "web", web);
  synth(stack);
  return db.node.metadata.map(({ data }) => String(data)).filter((text) => text.includes("in clear"));
}

test("web servers know the authority's secret and not the cluster's", () => {
  const { stack } = shop();
  const web = bundleOf(stack, "web", "web-1");
  expect(web).toContain("{{beehive:secret:database/shop-db/authority}}");
  expect(web).not.toContain("cluster-secret");
  expect(web).toContain('DB_TLS","content":"offered"');
  expect(web).toContain('DB_TLS_CA","content":"/etc/beehive/database/shop-web.ca.pem"');
  const secrets = JSON.stringify(synth(shop().stack));
  expect(secrets).toContain(
    'sha256(join(\\":\\", [\\"beehive-database-authority\\", trimspace(var.db_cluster_secret)]))',
  );
});

test("a database may require TLS of its account", () => {
  const { stack } = shop({
    db: { databases: [{ name: "shop", tls: "required" }, "blog"], machines: Machines.labelled({ role: "db" }) },
    web: { machines: Machines.labelled({ role: "web" }) },
  });
  expect(bundleOf(stack, "web", "web-1")).toContain('DB_TLS","content":"required"');
  const bundle = JSON.parse(bundleOf(stack, "db", "db-1")) as {
    software: { files: { path: string; content: string }[] }[];
  };
  const settings = bundle.software.flatMap(({ files }) => files).find(({ path }) => path.endsWith("/cluster.json"))!;
  expect(JSON.parse(settings.content)).toMatchObject({ tlsUsers: ["shop"] });
  expect(() => shop({ db: { databases: [{ name: "shop", tls: "yes" as never }] } })).toThrow(
    'shop/db: databases.0.tls is "yes"',
  );
});

test("a way in clear to a public address is warned of, and no other", () => {
  const open = MACHINES.map((host) => (host.name === "web-2" ? { ...host, address: "203.0.113.7" } : host));
  expect(warned(MACHINES)).toEqual([]);
  expect(warned(open)).toEqual([
    "shop/db: applications may reach shop in clear, and 203.0.113.7 is public: who is on the way could read and change what " +
      'they say. Let the application use TLS (DB_TLS_CA), then require it: databases: [{ name: "shop", tls: "required" }]. ' +
      "Or give the machines private addresses (privateAddress).",
  ]);
  expect(warned(open, [{ name: "shop", tls: "required" }])).toEqual([]);
});
