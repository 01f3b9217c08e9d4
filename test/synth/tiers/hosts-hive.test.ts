import * as fs from "node:fs";
import * as path from "node:path";
import { HaproxyLoadBalancer, HostsSite, Machines, Tls, WebApp, type MachineRequest } from "../../../lib";
import { TerraformVariable } from "../../../lib/cdktf";
import { manifestSchema } from "../../../lib/manifest/manifest-schema";
import { bundleOf, fullSynth, hosts, resourceAt, shop, SHOP_APP, synth } from "../../support/hive";

const byRole = () =>
  shop({
    db: { machines: Machines.labelled({ role: "db" }) },
    web: { machines: Machines.labelled({ role: "web" }) },
    entrance: { machines: Machines.labelled({ role: "lb" }) },
  });

test("logical ids are contract: they come from names, never from positions", () => {
  expect(Object.keys(synth(byRole().stack).resource.terraform_data).sort()).toEqual([
    "db_members_2072AB5E",
    "db_members_settled_9E4C9E47",
    "db_rollout_db-1_A9399762",
    "db_rollout_db-2_32FB1FC0",
    "db_rollout_db-3_A2AA7C08",
    "entrance_members_0769027C",
    "entrance_members_settled_78691A76",
    "entrance_rollout_lb-1_1FEB1BB9",
    "entrance_rollout_lb-2_425F10A8",
    "rack_db-1_prepare_34882A31",
    "rack_db-2_prepare_B0DACBBA",
    "rack_db-3_prepare_78516F4C",
    "rack_lb-1_prepare_462BDEC4",
    "rack_lb-2_prepare_1E3DAB4F",
    "rack_web-1_prepare_F73927E8",
    "rack_web-2_prepare_84EFF4CB",
    "rack_web-3_prepare_9A4BD85F",
    "web_members_26C1BD33",
    "web_members_settled_F57F26E3",
    "web_rollout_web-1_02CE970E",
    "web_rollout_web-2_BB218CA5",
    "web_rollout_web-3_11F6760A",
  ]);
});

test("members of the database change one after the other", () => {
  const { stack } = byRole();
  expect(resourceAt(stack, "db/rollout/db-2").depends_on).toEqual(
    expect.arrayContaining([expect.stringMatching(/^terraform_data\.db_rollout_db-1_/)]),
  );
  expect(resourceAt(stack, "db/rollout/db-3").depends_on).toEqual(
    expect.arrayContaining([expect.stringMatching(/^terraform_data\.db_rollout_db-2_/)]),
  );
});

test("the web servers wait for the database, the load balancers for the web servers", () => {
  const { stack } = byRole();
  expect(resourceAt(stack, "web/rollout/web-1").depends_on).toEqual(
    expect.arrayContaining([expect.stringMatching(/db_rollout_db-3_/), expect.stringMatching(/db_members_/)]),
  );
  expect(resourceAt(stack, "entrance/rollout/lb-1").depends_on).toEqual(
    expect.arrayContaining([expect.stringMatching(/web_rollout_web-3_/), expect.stringMatching(/web_members_/)]),
  );
});

test("packages are installed on all machines side by side", () => {
  const { stack } = byRole();
  for (const name of ["db-1", "web-2", "lb-2"])
    expect(resourceAt(stack, `rack/${name}/prepare/Resource`).depends_on).toBeUndefined();
});

test("a wide tier changes in waves, with a barrier instead of m times n dependencies", () => {
  const { stack } = shop({
    hosts: hosts({ lb: 2, db: 3, web: 30 }),
    web: { servers: 30, machines: Machines.labelled({ role: "web" }), needed: 20 },
    db: { machines: Machines.labelled({ role: "db" }) },
    entrance: { machines: Machines.labelled({ role: "lb" }) },
  });
  const resources = Object.entries(synth(stack).resource.terraform_data).filter(([id]) =>
    id.startsWith("web_rollout_"),
  );
  const barriers = resources.filter(([id]) => id.includes("wave"));
  expect(resources.length - barriers.length).toBe(30);
  expect(barriers).toHaveLength(3);
  for (const [id, resource] of resources) {
    expect([id, (resource.depends_on ?? []).length <= 8]).toEqual([id, true]);
  }
});

test("a membership keeps what is needed to say farewell, and is replaced after its dependents", () => {
  const members = resourceAt(byRole().stack, "web/members/Resource");
  expect(Object.keys(members.for_each ?? {})).toEqual(["web-1", "web-2", "web-3"]);
  expect(members.for_each?.["web-1"]).toMatchObject({
    host: "10.77.1.11",
    port: "22",
    user: "root",
    group: "shop-web",
  });
  expect(members.lifecycle).toEqual({ create_before_destroy: true });
});

test("passwords are sensitive variables with names that can be typed", () => {
  const { variable } = synth(byRole().stack);
  expect(Object.keys(variable).sort()).toEqual(["db_cluster_secret", "db_shop_password"]);
  for (const one of Object.values(variable)) expect(one.sensitive).toBe(true);
});

test("no file that synth writes holds a secret; the rollout carries its expression", () => {
  const { stack } = byRole();
  expect(bundleOf(stack, "web", "web-1")).toContain("{{beehive:secret:database/shop-db/shop}}");
  const [, secrets] = resourceAt(stack, "web/rollout/web-1").provisioner!;
  expect(secrets!.file!.content).toBe(
    '${jsonencode({"database/shop-db/shop" = var.db_shop_password, "database/shop-db/authority" = sha256(join(":", ["beehive-database-authority", trimspace(var.db_cluster_secret)]))})}',
  );
});

test("a rollout runs again when a secret changes", () => {
  expect(resourceAt(byRole().stack, "web/rollout/web-1").triggers_replace?.secrets).toMatch(
    /^\$\{sha256\(jsonencode\(/,
  );
});

test("a sensitive value in the environment never reaches a file in plain", () => {
  const { stack, site } = shop({ hosts: hosts({ m: 12 }) });
  const variable = new TerraformVariable(stack, "smtp", { type: "string", sensitive: true });
  const app = WebApp.php({
    source: SHOP_APP,
    healthPath: "/health",
    environment: { SMTP_PASSWORD: variable.stringValue },
  });
  const { HaWebTier } = jest.requireActual<typeof import("../../../lib")>("../../../lib");
  const mail = new HaWebTier(stack, "mail", { site, servers: 2, app });
  expect(bundleOf(stack, "mail", mail.machines[0]!.name)).toContain("{{beehive:secret:env/SMTP_PASSWORD}}");
});

test("adding a web server changes no other machine's web rollout and restarts no database", () => {
  const before = byRole().stack;
  const more = [
    ...hosts({ lb: 2, web: 3, db: 3 }),
    { name: "web-9", address: "10.77.1.99", zone: "a", labels: { role: "web" } },
  ];
  const after = shop({
    hosts: more,
    db: { machines: Machines.labelled({ role: "db" }) },
    web: { servers: 4, machines: Machines.labelled({ role: "web" }) },
    entrance: { machines: Machines.labelled({ role: "lb" }) },
  }).stack;
  for (const name of ["web-1", "web-2", "web-3"]) {
    expect(resourceAt(after, `web/rollout/${name}`).triggers_replace).toEqual(
      resourceAt(before, `web/rollout/${name}`).triggers_replace,
    );
  }
  const filesOf = (stack: typeof before) => {
    const bundle = JSON.parse(bundleOf(stack, "db", "db-1")) as {
      software: { name: string; files: { path: string; content: string }[] }[];
    };
    return new Map(bundle.software.flatMap((s) => s.files).map((file) => [file.path, file.content]));
  };
  const [old, now] = [filesOf(before), filesOf(after)];
  const changed = [...now].filter(([path, content]) => old.get(path) !== content).map(([path]) => path);
  expect(changed.sort()).toEqual(["/etc/beehive/galera/shop-db/cluster.json", "/etc/beehive/nftables/shop-db.nft"]);
});

test("the manifest says what stands where, and passes its own schema", () => {
  const { read } = fullSynth(byRole().stack);
  const manifest = manifestSchema.parse(JSON.parse(read("beehive.json")));
  expect(manifest.machines).toHaveLength(8);
  expect(manifest.tiers.map((tier) => [tier.path, tier.atLeast, tier.machines.length])).toEqual([
    ["shop/db", 2, 3],
    ["shop/web", 2, 3],
    ["shop/entrance", 1, 2],
  ]);
  expect(manifest.tiers[2]?.endpoints[0]).toMatchObject({
    kind: "entrance",
    address: "10.77.0.100",
    port: 80,
    virtual: true,
  });
});

test("two synths of one program are the same to the byte", () => {
  const files = ["cdk.tf.json", "beehive.json"];
  const [first, second] = [fullSynth(byRole().stack), fullSynth(byRole().stack)];
  for (const file of files) expect(second.read(file)).toBe(first.read(file));
});

test("three servers that each run everything are a hive", () => {
  const { stack, db, web, entrance } = shop({
    hosts: hosts({ vps: 3 }),
    site: { shareMachines: true },
  });
  expect(() => synth(stack)).not.toThrow();
  expect(db.machines.map((m) => m.name)).toEqual(["vps-1", "vps-2", "vps-3"]);
  expect(web.machines).toHaveLength(3);
  expect(entrance.machines).toHaveLength(2);
});

test("the site's virtual IP is that of the load balancer that names none", () => {
  const named = shop();
  const left = shop({ site: { virtualIp: "10.77.0.100" }, entrance: { address: undefined } });
  for (const file of ["cdk.tf.json", "beehive.json"]) {
    expect(fullSynth(left.stack).read(file)).toBe(fullSynth(named.stack).read(file));
  }
});

test("hosts that are for tiers make the same hive as labels", () => {
  const ids: Record<string, string> = { lb: "entrance", web: "web", db: "db" };
  const labelled = hosts({ lb: 2, web: 3, db: 3 });
  const reserved = labelled.map((host) => ({ ...host, tiers: [ids[host.labels!.role!]!] }));
  expect(fullSynth(shop({ hosts: reserved }).stack).read("cdk.tf.json")).toBe(
    fullSynth(byRole().stack).read("cdk.tf.json"),
  );
});

test("a site is told who takes visitors and whose data must outlive a machine", () => {
  const asked: MachineRequest[] = [];
  const { provide } = HostsSite.prototype;
  jest.spyOn(HostsSite.prototype, "provide").mockImplementation(function (this: HostsSite, request) {
    asked.push(request);
    return provide.call(this, request);
  });
  shop();
  jest.restoreAllMocks();
  expect(asked.map(({ tier, entrance, data }) => [tier, entrance, data?.mount])).toEqual([
    ["shop/db", undefined, "/var/lib/mysql"],
    ["shop/web", undefined, undefined],
    ["shop/entrance", true, undefined],
  ]);
});

describe("an entrance with a certificate of its own", () => {
  const secure = (props: { redirect?: boolean } = {}) => {
    const hive = shop({ hosts: hosts({ m: 12 }) });
    const key = new TerraformVariable(hive.stack, "key", { type: "string", sensitive: true }).stringValue;
    const certificate = "-----BEGIN CERTIFICATE-----\nMII\n-----END CERTIFICATE-----\n";
    const { HealthCheckedLoadBalancer, FloatingAddress } =
      jest.requireActual<typeof import("../../../lib")>("../../../lib");
    const entrance = new HealthCheckedLoadBalancer(hive.stack, "secure", {
      site: hive.site,
      servers: 2,
      target: hive.web,
      address: FloatingAddress.virtualIp("10.77.0.101"),
      tls: Tls.given({ certificate, privateKey: key, ...props }),
    });
    return { ...hive, entrance, machine: entrance.machines[0]!.name };
  };

  test("brings the key to the load balancers and to no file that synth writes", () => {
    const { stack, machine } = secure();
    const bundle = JSON.parse(bundleOf(stack, "secure", machine)) as {
      secrets: string[];
      software: { files: { path: string; content: string }[] }[];
    };
    const pem = bundle.software.flatMap(({ files }) => files).find(({ path }) => path.endsWith(".pem"));
    expect(pem?.content).toBe(
      "-----BEGIN CERTIFICATE-----\nMII\n-----END CERTIFICATE-----\n{{beehive:secret:tls/private-key}}\n",
    );
    const [, secrets] = resourceAt(stack, `secure/rollout/${machine}`).provisioner!;
    expect(secrets!.file!.content).toBe('${jsonencode({"tls/private-key" = var.key})}');
  });

  test("is on port 443, and on port 80 to send visitors there", () => {
    const { stack, entrance, machine } = secure();
    expect(entrance.port).toBe(443);
    expect(entrance.toManifest().endpoints).toEqual([
      { kind: "entrance", protocol: "https", address: "10.77.0.101", virtual: true, port: 443, healthPath: "/health" },
    ]);
    expect(bundleOf(stack, "secure", machine)).toContain("bind 10.77.0.101:80 transparent");
  });

  test("leaves port 80 closed on request", () => {
    const { stack, machine } = secure({ redirect: false });
    expect(bundleOf(stack, "secure", machine)).not.toContain("10.77.0.101:80");
  });
});

test("an escape hatch reaches the daemon's configuration", () => {
  const frontend = "  http-response set-header X-Shop beehive";
  const { stack, entrance } = shop({ entrance: { engine: HaproxyLoadBalancer.pair({ extraConfig: { frontend } }) } });
  const bundle = bundleOf(stack, "entrance", entrance.machines[0]!.name);
  expect(bundle).toContain("http-response set-header X-Shop beehive");
});

test("web servers that differ in name and address only share one file", () => {
  const { stack } = shop({
    hosts: hosts({ lb: 2, db: 3, web: 30 }),
    web: { servers: 30, machines: Machines.labelled({ role: "web" }) },
    db: { machines: Machines.labelled({ role: "db" }) },
    entrance: { machines: Machines.labelled({ role: "lb" }) },
  });
  const { folder } = fullSynth(stack);
  const files = fs.readdirSync(path.join(folder, "beehive")).filter((file) => file.startsWith("shop-web."));
  expect(files).toHaveLength(1);
  expect(JSON.parse(bundleOf(stack, "web", "web-7"))).toMatchObject({ machine: "web-7" });
});
