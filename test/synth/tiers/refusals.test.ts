import * as fs from "node:fs";
import * as path from "node:path";
import { Construct } from "constructs";
import { Testing, TerraformStack, TerraformVariable } from "../../../lib/cdktf";
import {
  Duration,
  FloatingAddress,
  GaleraTimeouts,
  HaWebTier,
  HealthCheck,
  HealthCheckedLoadBalancer,
  HostsSite,
  Machines,
  Tls,
  WebApp,
} from "../../../lib";
import { hosts, phpShop, scratch, shop, SHOP_APP, synth } from "../../support/hive";

const site = (...list: { name?: string; address?: string; zone?: string }[]) => {
  const stack = new TerraformStack(Testing.app(), "shop");
  return () =>
    new HostsSite(stack, "rack", {
      hosts: list.map((host, i) => ({ name: `h-${i}`, address: `10.77.0.${i + 1}`, zone: "a", ...host })),
    });
};

describe("hosts", () => {
  test("a name that no host can have", () => {
    expect(site({ name: "Web_1" })).toThrow(
      'shop/rack: hosts has a name "Web_1"; a host name is 1 to 63 lower-case letters, digits and dashes, and neither begins ' +
        'nor ends with a dash (RFC 1123). Rename it, for example to "web-1".',
    );
  });

  test("two hosts with one name", () => {
    expect(site({ name: "web" }, { name: "web" })).toThrow('shop/rack: hosts names "web" twice;');
  });

  test("two hosts with one address, however it is spelled", () => {
    expect(site({ address: "fd00::1" }, { address: "fd00:0::1" })).toThrow(
      "shop/rack: hosts gives fd00:0::1 to h-0 and to h-1;",
    );
  });

  test("a DNS name for an address", () => {
    expect(site({ address: "web.example.org" })).toThrow(
      'shop/rack: hosts.0.address is "web.example.org", which is a host name and no IP address;',
    );
  });

  test("a zone that the site does not have", () => {
    const stack = new TerraformStack(Testing.app(), "shop");
    expect(
      () =>
        new HostsSite(stack, "rack", { zones: ["a", "b"], hosts: [{ name: "web", address: "10.77.0.1", zone: "z" }] }),
    ).toThrow('shop/rack: hosts.0.zone is "z", which is no zone of the site; its zones are a, b.');
  });

  const rack = (props: Partial<ConstructorParameters<typeof HostsSite>[2]>) => () =>
    new HostsSite(new TerraformStack(Testing.app(), "shop"), "rack", { hosts: hosts({ web: 3 }), ...props });

  test("a virtual IP that is no address", () => {
    expect(rack({ virtualIp: "shop.example.org" })).toThrow(
      'shop/rack: virtualIp is "shop.example.org", which is a host name and no IP address;',
    );
  });

  test("a virtual IP of the site outside its network", () => {
    expect(rack({ virtualIp: "10.78.0.100" })).toThrow(
      "shop/rack: virtualIp is 10.78.0.100, outside 10.77.0.0/24, the network of the load balancers' hosts;",
    );
  });

  test("a virtual IP of the site that a host has", () => {
    expect(rack({ virtualIp: "10.77.0.12" })).toThrow(
      "shop/rack: virtualIp is 10.77.0.12, which host web-2 already uses;",
    );
  });

  test("VRRP's settings at the site, out of range", () => {
    expect(rack({ virtualIp: FloatingAddress.virtualIp("10.77.0.100", { routerId: 300 }) })).toThrow(
      "shop/rack: virtualIp.routerId is 300; must be 1 to 255.",
    );
  });

  test("a tier that no host can be for, because there is none with that id", () => {
    const { stack } = shop({
      hosts: [...hosts({ m: 8 }), { name: "spare", address: "10.77.0.99", zone: "a", tiers: ["databse"] }],
    });
    expect(() => synth(stack)).toThrow(
      'shop/rack: hosts.8.tiers names "databse", and no tier of this site has that id; its tiers are db, web, entrance. Correct the name.',
    );
  });

  test("no hosts", () => {
    expect(site()).toThrow("shop/rack: hosts is empty;");
  });

  test("a key that is not there", () => {
    const stack = new TerraformStack(Testing.app(), "shop");
    const file = path.join(scratch(), "missing");
    expect(() => new HostsSite(stack, "rack", { ssh: { privateKeyFile: file }, hosts: hosts({ web: 1 }) })).toThrow(
      `shop/rack: ssh.privateKeyFile is "${file}", which cannot be read (there is no such file). Correct the path, or make a key with ssh-keygen`,
    );
  });

  test("a public key where the private one belongs", () => {
    const stack = new TerraformStack(Testing.app(), "shop");
    const file = path.join(scratch(), "id.pub");
    fs.writeFileSync(file, "ssh-ed25519 AAAA");
    expect(() => new HostsSite(stack, "rack", { ssh: { privateKeyFile: file }, hosts: hosts({ web: 1 }) })).toThrow(
      "which is no private key",
    );
  });

  test("a property that does not exist, with the ones that do", () => {
    const stack = new TerraformStack(Testing.app(), "shop");
    expect(() => new HostsSite(stack, "rack", { hosts: hosts({ web: 1 }), shareMachine: true } as never)).toThrow(
      'shop/rack: "shareMachine" is no property here; allowed are hosts, ssh, zones, network, virtualIp, firewall, sshFrom, ' +
        "shareMachines, reliability.",
    );
  });
});

test("two tiers whose names on the machines would be the same", () => {
  const { stack, site } = shop({ hosts: hosts({ lb: 2, web: 3, db: 3, more: 4 }) });
  const outer = new Construct(stack, "api");
  new HaWebTier(outer, "v1", { site, servers: 2, app: phpShop() });
  expect(() => new HaWebTier(stack, "api-v1", { site, servers: 2, app: phpShop() })).toThrow(
    'shop/api-v1: its files and units would be named "shop-api-v1" on the machines, as those of shop/api/v1 are; rename one',
  );
});

describe("quorum", () => {
  test("an even number of nodes", () => {
    expect(() => shop({ db: { nodes: 4 } })).toThrow(
      "shop/db: nodes is 4; a quorum needs an odd number of votes, 3 or more: with 4 votes the cluster survives no more " +
        "losses than with 3. Use 5 nodes.",
    );
  });

  test("one node", () => {
    expect(() => shop({ db: { nodes: 1 } })).toThrow("shop/db: nodes is 1;");
  });

  const inZones = (...zones: string[]) =>
    zones.map((zone, i) => ({ name: `db-${i}`, address: `10.77.2.${i + 1}`, zone, labels: { role: "db" } }));
  const others = hosts({ lb: 2, web: 3 });

  test("all votes in one zone", () => {
    expect(() =>
      shop({ hosts: [...inZones("a", "a", "a"), ...others], db: { machines: Machines.labelled({ role: "db" }) } }),
    ).toThrow("shop/db: its 3 votes are 3 in zone a; when zone a is lost, 0 of 3 votes are left, and a majority is 2.");
  });

  test("three votes over two zones", () => {
    expect(() =>
      shop({ hosts: [...inZones("a", "a", "b"), ...others], db: { machines: Machines.labelled({ role: "db" }) } }),
    ).toThrow(
      "shop/db: its 3 votes are 2 in zone a, 1 in zone b; when zone a is lost, 1 of 3 votes are left, and a majority is 2. " +
        "Over two zones one of them always holds half of the votes or more",
    );
  });

  test("five votes of which three are in one of three zones", () => {
    expect(() =>
      shop({
        hosts: [...inZones("a", "a", "a", "b", "c"), ...others],
        db: { nodes: 5, machines: Machines.labelled({ role: "db" }) },
      }),
    ).toThrow(
      "3 in zone a, 1 in zone b, 1 in zone c; when zone a is lost, 2 of 5 votes are left, and a majority is 3.",
    );
  });

  test("timeouts out of order", () => {
    expect(() =>
      GaleraTimeouts.custom({
        keepalive: Duration.seconds(1),
        suspect: Duration.seconds(5),
        install: Duration.seconds(20),
        inactive: Duration.seconds(15),
      }),
    ).toThrow(/install .*20 s.*inactive .*15 s/s);
  });
});

describe("machines", () => {
  test("too few hosts: who wanted what, and what is left", () => {
    expect(() => shop({ hosts: hosts({ m: 7 }) })).toThrow(
      "shop/entrance: wants 2 servers on hosts of site rack, and 1 is left: m-7.",
    );
  });

  test("one port twice on a shared machine", () => {
    const { stack, site, db } = shop({ hosts: hosts({ m: 3 }), site: { shareMachines: true } });
    new HaWebTier(stack, "intranet", { site, servers: 2, app: phpShop(), database: db, databasePort: 3406 });
    expect(() => synth(stack)).toThrow(
      "shop/intranet: port 8080 of machines m-1, m-2 is wanted twice: by nginx, HTTP of shop/intranet (app.port) and by nginx, HTTP of " +
        "shop/web (app.port). Change app.port of shop/intranet or app.port of shop/web, or choose other machines for one of them (machines).",
    );
  });
});

describe("secrets", () => {
  test("a password written into the program", () => {
    expect(() => shop({ db: { databases: [{ name: "shop", password: "hunter2hunter2" }] } })).toThrow(
      "shop/db: databases.0.password is written into the program; it would stand in cdk.tf.json for everybody to read.",
    );
  });

  test("the refusal does not repeat the password", () => {
    expect(() => shop({ db: { databases: [{ name: "shop", password: "hunter2hunter2" }] } })).not.toThrow(/hunter2/);
  });

  test("a secret in the application's environment", () => {
    const app = WebApp.php({ source: SHOP_APP, healthPath: "/health", environment: { SMTP_PASSWORD: "hunter2" } });
    expect(() => shop({ web: { app } })).toThrow(
      "shop/web: app.environment.SMTP_PASSWORD is written into the program;",
    );
  });

  test("a sensitive variable in the application's environment is welcome", () => {
    const { stack, site } = shop({ hosts: hosts({ m: 12 }) });
    const variable = new TerraformVariable(stack, "smtp_password", { type: "string", sensitive: true });
    const app = WebApp.php({
      source: SHOP_APP,
      healthPath: "/health",
      environment: { SMTP_PASSWORD: variable.stringValue },
    });
    expect(() => new HaWebTier(stack, "mail", { site, servers: 2, app })).not.toThrow();
  });
});

describe("the entrance", () => {
  test("a virtual IP outside the hosts' network", () => {
    expect(() => shop({ entrance: { address: FloatingAddress.virtualIp("10.78.0.100") } })).toThrow(
      "shop/entrance: address is 10.78.0.100, outside 10.77.0.0/16, the network of the load balancers' hosts;",
    );
  });

  test("a virtual IP that a host has", () => {
    expect(() => shop({ entrance: { address: FloatingAddress.virtualIp("10.77.1.11") } })).toThrow(
      "shop/entrance: address is 10.77.1.11, which host web-1 already uses;",
    );
  });

  test("a virtual IP where the hosts share no network", () => {
    const far = hosts({ lb: 2, web: 3, db: 3 }).map((host, i) => ({ ...host, address: `10.${i}.0.1` }));
    expect(() => shop({ hosts: far, site: { network: undefined } })).toThrow(
      "share no /24; a virtual IP needs one layer 2 network",
    );
  });

  test("no address, neither here nor at the site: both ways are named", () => {
    expect(() => shop({ entrance: { address: undefined } })).toThrow(
      'shop/entrance: address is missing, and site rack gives none. Give the site a free address of its network (virtualIp: "10.77.0.100"), ' +
        'or this load balancer (address: FloatingAddress.virtualIp("10.77.0.100")).',
    );
  });

  test("two load balancers that both want the site's address", () => {
    const { stack, site, web } = shop({
      hosts: hosts({ m: 12 }),
      site: { virtualIp: "10.77.0.100" },
      entrance: { address: undefined },
    });
    expect(() => new HealthCheckedLoadBalancer(stack, "second", { site, servers: 2, target: web })).toThrow(
      "shop/second: address is missing, and the site's virtualIp 10.77.0.100 is that of shop/entrance already.",
    );
  });

  test("a certificate that HAProxy would have to get by itself", () => {
    const tls = Tls.managed({ domain: "shop.example.org" });
    expect(() => shop({ entrance: { tls } })).toThrow(
      'shop/entrance: tls is Tls.managed for "shop.example.org", but HAProxy pairs get no certificates by themselves. Give one ' +
        "(Tls.given({ certificate, privateKey })), or choose an engine whose provider gets it: AwsLoadBalancer on AwsSite, " +
        "DigitalOceanLoadBalancer on DigitalOceanSite.",
    );
  });

  test("a private key in the program", () => {
    const tls = Tls.given({
      certificate: "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----",
      privateKey: "-----BEGIN PRIVATE KEY-----",
    });
    expect(() => shop({ entrance: { tls } })).toThrow(
      "shop/entrance: tls.privateKey is written into the program; it would stand in cdk.tf.json for everybody to read.",
    );
  });

  test("the name of a file where the certificate belongs", () => {
    const tls = Tls.given({ certificate: "/etc/ssl/shop.pem", privateKey: "${var.key}" });
    expect(() => shop({ entrance: { tls } })).toThrow(
      'shop/entrance: tls.certificate is "/etc/ssl/shop.pem"; a certificate as PEM begins with',
    );
  });

  test("a certificate for something that is no name", () => {
    const tls = Tls.managed({ domain: "https://shop.example.org" });
    expect(() => shop({ entrance: { tls } })).toThrow(
      'shop/entrance: tls.domain is "https://shop.example.org"; must be a DNS name in lower case such as "shop.example.org".',
    );
  });

  test("something that is no address", () => {
    expect(() => shop({ entrance: { address: FloatingAddress.virtualIp("shop.example.org") } })).toThrow(
      'shop/entrance: address is "shop.example.org", which is a host name and no IP address;',
    );
  });

  test("a health check that looks only at the port", () => {
    expect(() => shop({ entrance: { healthCheck: HealthCheck.port() } })).toThrow(
      "shop/entrance: healthCheck looks only at the port of an HTTP service; a hung application keeps its port open",
    );
  });

  test("check intervals out of order", () => {
    const healthCheck = HealthCheck.http({ interval: Duration.millis(200), fastInterval: Duration.seconds(1) });
    expect(() => shop({ entrance: { healthCheck } })).toThrow(
      "shop/entrance: healthCheck has fastInterval 1 s, interval 200 ms; fastInterval must be less than interval:",
    );
  });

  test("one load balancer", () => {
    expect(() => shop({ entrance: { servers: 1 } })).toThrow(
      "shop/entrance: servers is 1; one load balancer is a single point of failure; use 2 or more.",
    );
  });

  test("two entrances with one router id", () => {
    const { stack, site, web } = shop({ hosts: hosts({ m: 12 }) });
    const address = FloatingAddress.virtualIp("10.77.1.100");
    expect(() => new HealthCheckedLoadBalancer(stack, "second", { site, servers: 2, target: web, address })).toThrow(
      "shop/second: routerId is 100, which shop/entrance uses on the same network;",
    );
  });
});

describe("web servers", () => {
  test("an environment variable that no shell would take", () => {
    const app = WebApp.php({ source: SHOP_APP, healthPath: "/health", environment: { "A-B": "x" } });
    expect(() => shop({ web: { app } })).toThrow(
      'shop/web: app.environment has the name "A-B"; is no name of an environment variable.',
    );
  });

  test("an application without a health path", () => {
    const app = WebApp.php({ source: SHOP_APP } as never);
    expect(() => shop({ web: { app } })).toThrow(
      "shop/web: app.healthPath is missing; the load balancer has to ask the application itself.",
    );
  });

  test("a folder that is not there", () => {
    const app = WebApp.php({ source: "no-such-folder", healthPath: "/health" });
    expect(() => shop({ web: { app } })).toThrow('shop/web: app.source is "no-such-folder"; there is no such folder.');
  });

  test("a single server", () => {
    expect(() => shop({ web: { servers: 1 } })).toThrow(
      "shop/web: servers is 1; one server is a single point of failure; use 2 or more.",
    );
  });

  test("a tier of another stack", () => {
    const { app, db } = shop();
    const other = new TerraformStack(app, "blog");
    const site = new HostsSite(other, "rack", { hosts: hosts({ web: 2 }) });
    expect(() => new HaWebTier(other, "web", { site, servers: 2, app: phpShop(), database: db })).toThrow(
      'blog/web: database is "shop/db", which belongs to another stack;',
    );
  });

  test("a site of another stack", () => {
    const { app, site } = shop();
    const other = new TerraformStack(app, "blog");
    expect(() => new HaWebTier(other, "web", { site, servers: 2, app: phpShop() })).toThrow(
      'blog/web: site is "shop/rack", which belongs to another stack;',
    );
  });
});
