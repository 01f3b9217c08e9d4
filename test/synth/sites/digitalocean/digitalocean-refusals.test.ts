import * as fs from "node:fs";
import * as path from "node:path";
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import {
  Duration,
  FloatingAddress,
  GaleraCluster,
  HaWebTier,
  HealthCheckedLoadBalancer,
  Machines,
} from "../../../../lib";
import { Testing, type TerraformStack } from "../../../../lib/cdktf";
import { DigitalOceanSite, type DigitalOceanSiteProps } from "../../../../lib/digitalocean";
import {
  dropletShop,
  dropletSite,
  publicKeyFile,
  resourceOf,
  resources,
  siteProps,
} from "../../../support/digitalocean";
import { Hive } from "../../../../lib/stack/hive";
import type { EntranceLocation } from "../../../../lib/contracts/site";
import { phpShop, scratch } from "../../../support/hive";

const from = ["198.51.100.7/32"];
const site = (props: Partial<DigitalOceanSiteProps>) => () => void dropletSite(props);
const keys = (ssh: Partial<DigitalOceanSiteProps["ssh"]>) => site({ ssh: { from, publicKeyFile: undefined, ...ssh } });
/** Refusals that wait until all tiers are made. */
const synth = (stack: TerraformStack) => () => void resources(stack);

describe("regions", () => {
  test("a name that no region has", () => {
    expect(site({ zones: ["fra1", "frankfurt"] })).toThrow(
      'shop/cloud: zones.1 is "frankfurt", which has not the form of a DigitalOcean region; write it like "fra1". ' +
        "A zone is a region here, because DigitalOcean sells no zones inside a region.",
    );
  });

  test("one region twice, to have two zones", () => {
    expect(site({ zones: ["fra1", "fra1"] })).toThrow(
      "shop/cloud: zones has fra1 twice; a region is one failure domain",
    );
  });

  test("none", () => {
    expect(site({ zones: [] })).toThrow("shop/cloud: zones is empty; name the regions, three for a quorum:");
  });

  test("an entrance in a region that the site does not have", () => {
    expect(site({ entranceZone: "nyc3" })).toThrow(
      'shop/cloud: entranceZone is "nyc3", which is no zone of the site; its zones are fra1, ams3, lon1.',
    );
  });

  test("a quorum over two regions, with what to do", () => {
    expect(() => dropletShop({ site: { zones: ["fra1", "ams3"] } })).toThrow(
      "shop/db: its 3 votes are 2 in zone fra1, 1 in zone ams3; when zone fra1 is lost, 1 of 3 votes are left, and a majority is 2. " +
        "Over two zones one of them always holds half of the votes or more, which is no better than one zone with a second zone to lose. " +
        "Spread the votes over three zones or more, so that no zone holds half of them. The zones of site cloud are fra1, ams3: add to them.",
    );
  });
});

describe("networks", () => {
  test("that another site of the stack has", () => {
    const { stack } = dropletSite();
    expect(() => new DigitalOceanSite(stack, "standby", siteProps({ zones: ["fra1"] }))).toThrow(
      "shop/standby: the network of fra1, 10.80.160.0/20, overlaps with 10.80.160.0/20 of shop/cloud; an account has no two VPCs " +
        "that overlap. Give one of the sites another cidr.",
    );
  });

  test("too small for the tiers, by how much", () => {
    const { stack, site: small } = dropletSite({ zones: ["fra1"], vpcs: { fra1: { cidr: "10.80.0.0/28" } } });
    new HaWebTier(stack, "web", { site: small, servers: 14, app: phpShop() });
    expect(synth(stack)).toThrow(
      "shop/cloud: the network of fra1 is 10.80.0.0/28, which has addresses for 11 droplets; the tiers want 14 there, 3 more than fit.",
    );
  });

  test("a VPC whose id is none", () => {
    expect(site({ vpcs: { fra1: { id: "vpc-1" } } })).toThrow(
      'shop/cloud: vpcs.fra1.id is "vpc-1"; must be the UUID of a VPC, as doctl vpcs list shows it.',
    );
  });
});

describe("droplets", () => {
  test("a size of another provider", () => {
    expect(site({ size: "t3.small" })).toThrow(
      'shop/cloud: size is "t3.small", which has not the form of a droplet size; write it like "s-1vcpu-1gb"',
    );
    expect(site({ sizes: { db: "large" } })).toThrow('shop/cloud: sizes.db is "large", which has not the form');
  });

  test.each(["s-1vcpu-512mb-10gb", "c-4", "gd-2vcpu-8gb", "so1_5-2vcpu-16gb", "s-2vcpu-4gb-120gb-intel"])(
    "but the size %s is none",
    (size) => {
      expect(site({ size })).not.toThrow();
    },
  );

  test("a size or a volume for a tier that is not there, with those that are", () => {
    const { stack } = dropletShop({ site: { sizes: { wep: "c-4" }, dataVolumes: { database: { gibibytes: 50 } } } });
    expect(synth(stack)).toThrow(
      'shop/cloud: sizes names "wep", and no tier of this site has that id; its tiers are db, web, entrance. Correct the name.',
    );
    expect(synth(stack)).toThrow(
      'shop/cloud: dataVolumes names "database", and no tier of this site has that id; its tiers are db, web, entrance. Correct the name.',
    );
  });

  test("a volume for a tier that keeps nothing", () => {
    expect(synth(dropletShop({ site: { dataVolumes: { web: { gibibytes: 50 } } } }).stack)).toThrow(
      'shop/cloud: dataVolumes names "web", which keeps no data on its machines; a volume would stay empty.',
    );
  });

  test.each([
    [0, "must be 1 or more"],
    [1.5, "must be a whole number of GiB"],
    [16_385, "is too large; DigitalOcean's volumes have 16384 GiB at most"],
  ])("a volume of %d GiB", (gibibytes, problem) => {
    expect(site({ dataVolumes: { db: { gibibytes } } })).toThrow(
      `shop/cloud: dataVolumes.db.gibibytes is ${gibibytes}; ${problem}.`,
    );
  });

  test("another system than Debian", () => {
    expect(site({ image: "ubuntu-24-04-x64" })).toThrow(
      'shop/cloud: image is "ubuntu-24-04-x64"; Beehive\'s machines run Debian 12 or 13.',
    );
  });

  test("a first text over the limit, by how much", () => {
    expect(site({ userData: "x".repeat(65_536) })).not.toThrow();
    expect(site({ userData: "é".repeat(32_769) })).toThrow(
      "shop/cloud: userData is 2 bytes over DigitalOcean's limit of 65536;",
    );
  });

  test("two sizes for one machine", () => {
    const all = Machines.named("all-fra1", "all-ams3", "all-lon1");
    const sizes = { db: "s-2vcpu-4gb", web: "s-1vcpu-1gb" };
    expect(() =>
      dropletShop({ site: { sizes }, db: { machines: all }, web: { machines: all, servers: undefined } }),
    ).toThrow(
      'shop/web: wants all-fra1 as "s-1vcpu-1gb", but shop/db wants it as "s-2vcpu-4gb"; a machine has one size.',
    );
  });

  test("two tiers that keep data on one machine", () => {
    const machines = Machines.named("all-fra1", "all-ams3", "all-lon1");
    const second = (stack: TerraformStack, cloud: DigitalOceanSite) =>
      void new GaleraCluster(stack, "stock", { site: cloud, machines, databases: ["stock"], port: 3307 });
    expect(() => dropletShop({ db: { machines }, more: second })).toThrow(
      "shop/stock: keeps data on all-fra1, where shop/db does so too; a machine has one data volume",
    );
  });

  test("a machine in a region that the site does not have", () => {
    expect(() =>
      dropletShop({ web: { servers: undefined, machines: Machines.named("web-nyc3", "web-fra1") } }),
    ).toThrow('shop/web: machines is "web-nyc3"; a machine\'s name is a host name that ends with its zone');
  });

  test("a backup at an hour that DigitalOcean does not have", () => {
    expect(site({ backups: { hour: 3 as 4 } })).toThrow("shop/cloud: backups.hour is 3;");
  });
});

describe("access", () => {
  test.each(["0.0.0.0/0", "::/0"])("SSH for the whole world, %s", (world) => {
    expect(site({ ssh: { from: ["198.51.100.7", world] } })).toThrow(
      `shop/cloud: ssh.from.1 is "${world}", which lets the whole world try to log in; name the networks that you deploy from`,
    );
  });

  test("SSH for half of the world", () => {
    expect(site({ ssh: { from: ["0.0.0.0/1"] } })).toThrow(
      'shop/cloud: ssh.from.0 is "0.0.0.0/1", which lets a great part of the world try to log in;',
    );
  });

  test("SSH without an allowed source", () => {
    expect(site({ ssh: { from: [] } })).toThrow("shop/cloud: ssh.from is empty; no rollout could reach a machine.");
  });

  test("SSH for something that is no network", () => {
    expect(site({ ssh: { from: ["office"] } })).toThrow(
      'shop/cloud: ssh.from.0 is "office", which is no address and no network; write it like "198.51.100.7" or "198.51.100.0/24".',
    );
  });

  test("no key at all", () => {
    expect(keys({})).toThrow("shop/cloud: ssh names no key; a droplet without one mails a root password.");
  });

  test("a private key where the public one belongs never gets into the stack", () => {
    const file = path.join(scratch(), "id");
    fs.writeFileSync(file, "-----BEGIN OPENSSH PRIVATE KEY-----\n");
    expect(keys({ publicKeyFile: file })).toThrow(
      `shop/cloud: ssh.publicKeyFile is "${file}", which is no public key (it does not hold one line that begins like "ssh-ed25519 AAAA").`,
    );
  });

  test("a public key that is not there", () => {
    expect(keys({ publicKeyFile: "/nowhere/key.pub" })).toThrow(
      'shop/cloud: ssh.publicKeyFile is "/nowhere/key.pub", which is no public key (there is no such file).',
    );
  });

  test("a private key that is not there", () => {
    expect(keys({ publicKeyFile: publicKeyFile(), privateKeyFile: "/nowhere/key" })).toThrow(
      'shop/cloud: ssh.privateKeyFile is "/nowhere/key", which cannot be read (there is no such file).',
    );
  });
});

describe("the entrance", () => {
  test("a reserved IP over two regions, with what to use instead", () => {
    const machines = Machines.named("lb-fra1", "lb-ams3");
    expect(() => dropletShop({ entrance: { servers: undefined, machines } })).toThrow(
      "shop/entrance: its machines are lb-fra1 in fra1, lb-ams3 in ams3; a reserved IP belongs to one region and can't move between " +
        "fra1 and ams3. For an entrance over several regions use the global load balancer (engine: DigitalOceanLoadBalancer.global());",
    );
  });

  test("more entrances than VRRP can tell apart", () => {
    const { stack, site: cloud, web } = dropletShop();
    for (let id = 1; id <= 255; id++) Hive.of(stack).claim(`${cloud.node.path} router id ${id}`, "shop/others");
    expect(() => new HealthCheckedLoadBalancer(stack, "one-more", { site: cloud, servers: 2, target: web })).toThrow(
      "shop/one-more: is the site's entrance number 256; a site has 255 with addresses that move.",
    );
  });

  test("a record that lives shorter than DigitalOcean's DNS allows", () => {
    const dns = { name: "shop.example.org", zone: "example.org", ttl: Duration.seconds(5) };
    expect(() => dropletShop({ entrance: { dns } })).toThrow(
      "shop/entrance: dns.ttl is 5 s; DigitalOcean's DNS takes 30 s or more.",
    );
  });

  const record = (location: EntranceLocation, name = "shop.example.org") => {
    const { stack, site: cloud } = dropletSite();
    cloud.dnsRecord({ scope: stack, tier: "shop/entrance", name, zone: "example.org", location });
    return resourceOf(stack, "dns-record");
  };

  test("a record at the top of a zone that would lead to a name; inside the zone it may", () => {
    const location = { dnsName: "lb.example.net" };
    expect(() => record(location, "example.org")).toThrow(
      'shop/entrance: dns.name is "example.org", the zone itself, and the entrance has a name and no address;',
    );
    expect(record(location)).toMatchObject({ type: "CNAME", name: "shop", value: "lb.example.net." });
  });

  test("a record that would lead nowhere", () => {
    expect(() => record({})).toThrow(
      'shop/entrance: dns.name is "shop.example.org", but the entrance has neither an address nor a name to which a record of DigitalOcean\'s DNS could lead.',
    );
  });

  test("a virtual IP, which no VPC carries", () => {
    expect(() => dropletShop({ entrance: { address: FloatingAddress.virtualIp("10.80.160.9") } })).toThrow(
      "shop/entrance: address is the virtual IP 10.80.160.9,",
    );
  });
});

test("a provider of another cloud", () => {
  const { stack } = dropletSite();
  const provider = new AwsProvider(stack, "aws", { region: "eu-central-1" }) as never;
  expect(() => new DigitalOceanSite(stack, "other", siteProps({ provider }))).toThrow(
    'shop/other: provider is a "aws" provider; a DigitalOceanSite needs one of DigitalOcean.',
  );
});

test("a property that does not exist, with the ones that do", () => {
  expect(site({ region: "fra1" } as never)).toThrow(
    'shop/cloud: "region" is no property here; allowed are zones, size, sizes, dataVolumes, ssh, image, cidr, vpcs, peering, ' +
      "entranceZone, project, tags, backups, ipv6, userData, provider, reliability.",
  );
});

test("names over the provider's length are shortened, and those of two machines stay two", () => {
  const stackName = "s".repeat(250);
  const { stack, site: long } = dropletSite({}, false, stackName);
  new HaWebTier(stack, "web", { site: long, servers: 3, app: phpShop() });
  const names = Object.values(resources(stack).digitalocean_droplet!).map(({ name }) => name as string);
  expect(names.map((name) => name.length)).toEqual([255, 255, 255]);
  expect(new Set(names).size).toBe(3);
  expect(JSON.parse(Testing.synth(stack))).toHaveProperty("resource");
});
