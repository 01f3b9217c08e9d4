import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { DigitaloceanProvider } from "@cdktf/provider-digitalocean/lib/provider";
import * as fs from "node:fs";
import * as path from "node:path";
import { GaleraCluster, HaWebTier, HealthCheckedLoadBalancer, HostsSite, Machines, WebApp } from "../../../../lib";
import { AwsDatabase, AwsSite, ElasticIp, type AwsSiteProps } from "../../../../lib/aws";
import { TerraformVariable, type TerraformProvider, type TerraformStack } from "../../../../lib/cdktf";
import { awsShop, awsSite, publicKeyFile, siteProps, synthAws } from "../../../support/aws";
import { onRds } from "../../../support/aws-engines";
import { phpShop, scratch, shop, SHOP_APP } from "../../../support/hive";

const making = (props: Partial<AwsSiteProps>) => () => awsSite(props);
/** A site without the fixture's way in. */
const withSsh = (ssh: AwsSiteProps["ssh"], props: Partial<AwsSiteProps> = {}) => {
  const { stack } = awsSite();
  return () => new AwsSite(stack, "other", { region: "eu-central-1", cidr: "10.65.0.0/16", ...props, ssh });
};
const synthesizing = (props: Partial<AwsSiteProps>) => () => synthAws(awsShop({ site: props }).stack);

const digitalocean = (stack: TerraformStack): TerraformProvider => new DigitaloceanProvider(stack, "droplets");
const ireland = (stack: TerraformStack): TerraformProvider =>
  new AwsProvider(stack, "ireland", { alias: "ireland", region: "eu-west-1" });

describe("region and zones", () => {
  test("a region by another name", () => {
    expect(making({ region: "frankfurt" })).toThrow(
      'shop/cloud: region is "frankfurt", which is no name of an AWS region; write it like "eu-central-1".',
    );
  });

  test("a zone of another region", () => {
    expect(making({ zones: ["a", "eu-west-1b", "c"] })).toThrow(
      'shop/cloud: zones.1 is "eu-west-1b", a zone of eu-west-1, but region is "eu-central-1"; a site is in one region. ' +
        'Write "eu-central-1b", or make a second AwsSite in eu-west-1.',
    );
  });

  test.each(["1", "A", "i", "eu-central-1", "eu-central-1-ham-1a", "euc1-az1"])("%j is no zone", (zone) => {
    expect(making({ zones: [zone] })).toThrow(
      `shop/cloud: zones.0 is "${zone}", which is no availability zone; write its letter ("a" to "h") or its full name ` +
        '("eu-central-1a"). Local and Wavelength Zones are not taken.',
    );
  });

  test("a zone twice, once by its letter and once by its full name", () => {
    expect(making({ zones: ["a", "b", "eu-central-1a"] })).toThrow("zones has eu-central-1a twice");
  });

  test("a quorum over two zones, with the arithmetic", () => {
    expect(() => awsShop({ site: { zones: ["a", "b"] } })).toThrow(
      "shop/db: its 3 votes are 2 in zone a, 1 in zone b; when zone a is lost, 1 of 3 votes are left, and a majority is 2.",
    );
  });

  test("a machine in a zone that the site does not have", () => {
    const { stack, site } = awsSite();
    const named = () =>
      new HaWebTier(stack, "web", { site, machines: Machines.named("web-a", "web-d"), app: phpShop() });
    expect(named).toThrow('machines is "web-d"; a machine\'s name is a host name that ends with its zone');
  });
});

describe("addresses", () => {
  test.each(["10.64.0.1/16", "10.64.0.0", "10.64.0.0/33", "fd00::/56"])("%j is no network", (cidr) => {
    expect(making({ cidr })).toThrow(
      `shop/cloud: cidr is "${cidr}", which is no IPv4 network; write the first address and the length, like "10.64.0.0/16".`,
    );
  });

  test("addresses of others", () => {
    expect(making({ cidr: "8.8.0.0/16" })).toThrow('cidr is "8.8.0.0/16", which belongs to others on the internet');
  });

  test.each(["10.0.0.0/15", "10.64.0.0/25"])("%s is no size for a VPC with its sixteen places", (cidr) => {
    expect(making({ cidr })).toThrow("Use a /16 to a /24.");
  });

  test("a network that overlaps one that is reserved", () => {
    expect(making({ cidr: "10.64.0.0/16", reserved: ["192.168.0.0/16", "10.64.32.0/20"] })).toThrow(
      'shop/cloud: cidr is "10.64.0.0/16", which overlaps with 10.64.32.0/20 (reserved.1); the two could never be connected.',
    );
  });

  test("a network that overlaps that of another site of the stack", () => {
    const { stack } = awsSite();
    expect(() => new AwsSite(stack, "ireland", siteProps({ region: "eu-west-1" }))).toThrow(
      'shop/ireland: cidr is "10.64.0.0/16", which overlaps with 10.64.0.0/16 (shop/cloud)',
    );
  });

  test("a network that overlaps that of existing hosts", () => {
    const { stack } = awsSite({ cidr: "10.65.0.0/16" });
    new HostsSite(stack, "rack", {
      hosts: [{ name: "rack-1", address: "10.77.0.11", zone: "a" }],
      network: "10.77.0.0/24",
    });
    expect(() => new AwsSite(stack, "near", siteProps({ cidr: "10.77.0.0/16" }))).toThrow(
      "which overlaps with 10.77.0.0/24 (shop/rack)",
    );
    const late = () => new HostsSite(stack, "far", { hosts: [{ name: "far-1", address: "10.65.0.11", zone: "a" }] });
    expect(late).toThrow(
      'shop/far: network is "10.65.0.0/24", which overlaps with 10.65.0.0/16, the network that shop/cloud makes',
    );
  });

  test("too few addresses for the tiers, by how many", () => {
    expect(() => synthAws(awsShop({ site: { cidr: "10.64.0.0/24" }, web: { servers: 33 } }).stack)).toThrow(
      'shop/cloud: cidr is "10.64.0.0/24": the private subnet of zone eu-central-1a holds 11 addresses (AWS keeps 5 of each ' +
        'subnet), and the tiers need 12, 1 more than there are. Use a /23 or larger, for example "10.64.0.0/23".',
    );
  });

  test("as many as fit are taken", () => {
    expect(() => synthAws(awsShop({ site: { cidr: "10.64.0.0/24" }, web: { servers: 30 } }).stack)).not.toThrow();
  });
});

describe("an existing VPC", () => {
  const subnets = (n: number) => ({
    private: `subnet-0123456789abcde${n}0`,
    public: `subnet-0123456789abcde${n}1`,
  });
  const vpc = { id: "vpc-0123456789abcdef0", subnets: { a: subnets(1), b: subnets(2), c: subnets(3) } };

  test("an id that is none", () => {
    expect(making({ vpc: { ...vpc, id: "my-vpc" } })).toThrow(
      'vpc.id is "my-vpc", which is no id of AWS; write it like "vpc-0123456789abcdef0".',
    );
    expect(making({ vpc: { ...vpc, subnets: { ...vpc.subnets, b: { private: "10.0.0.0/24" } } } })).toThrow(
      'vpc.subnets.b.private is "10.0.0.0/24", which is no id of AWS',
    );
  });

  test("subnets of other zones than the site's", () => {
    const { a, b } = vpc.subnets;
    expect(making({ vpc: { ...vpc, subnets: { a, b } } })).toThrow(
      "vpc.subnets has the zones eu-central-1a, eu-central-1b, but zones are eu-central-1a, eu-central-1b, eu-central-1c; " +
        "a machine is in the zone of its subnet.",
    );
  });

  test("one subnet in two places", () => {
    const b = { ...vpc.subnets.b, private: vpc.subnets.a.private };
    expect(making({ vpc: { ...vpc, subnets: { ...vpc.subnets, b } } })).toThrow(
      "vpc.subnets gives subnet-0123456789abcde10 as a.private and as b.private; a subnet lies in one zone",
    );
  });

  test("no private subnet where a machine stands", () => {
    const b = { public: vpc.subnets.b.public };
    expect(synthesizing({ vpc: { ...vpc, subnets: { ...vpc.subnets, b } } })).toThrow(
      "shop/cloud: vpc.subnets has no private subnet for zone eu-central-1b, and machines stand there. " +
        "Give it as vpc.subnets.b.private.",
    );
  });

  test.each([{ nat: "single" as const }, { cidr: "10.0.0.0/16" }, { reserved: ["10.0.0.0/16"] }])(
    "%j belongs to a VPC that Beehive makes",
    (props) => {
      expect(making({ vpc, ...props })).toThrow(`${Object.keys(props)[0]} is given, and so is vpc;`);
    },
  );
});

describe("machines", () => {
  test.each(["s-1vcpu-2gb", "t3", "t3.tiny", "db.t3.small"])("%j is no instance type", (size) => {
    expect(making({ size })).toThrow(
      `shop/cloud: size is "${size}", which has not the form of an instance type; write family, generation and size like ` +
        '"t3.small" or "m7g.2xlarge".',
    );
    expect(making({ sizes: { db: size } })).toThrow(`sizes.db is "${size}"`);
  });

  test("an image that is none", () => {
    expect(making({ image: "debian-13-x64" })).toThrow('image is "debian-13-x64", which is no id of AWS');
  });

  test("one image for two processor families", () => {
    expect(making({ image: "ami-0123456789abcdef0", sizes: { db: "m7g.large" } })).toThrow(
      'image is "ami-0123456789abcdef0", but the sizes t3.small, m7g.large are of two processor families',
    );
  });

  test("no image where Debian publishes under another account", () => {
    expect(making({ region: "cn-north-1" })).toThrow("image is missing; in the partition aws-cn");
  });

  test("a first boot over AWS's limit, by how much", () => {
    expect(making({ userData: "x".repeat(16_384 + 100) })).toThrow(
      "shop/cloud: userData is 100 bytes over AWS's limit of 16384; it is only what makes a machine reachable.",
    );
    expect(making({ userData: "x".repeat(16_384) })).not.toThrow();
  });

  test("sizes and volumes for tiers that are not there", () => {
    expect(synthesizing({ sizes: { wbe: "t3.large" } })).toThrow(
      'shop/cloud: sizes names "wbe", and no tier of this site has that id; its tiers are db, web.',
    );
    expect(synthesizing({ dataVolumes: { dp: { gibibytes: 50 } } })).toThrow('dataVolumes names "dp", and no tier');
  });

  test("a volume for a tier that keeps no data", () => {
    expect(synthesizing({ dataVolumes: { web: { gibibytes: 50 } } })).toThrow(
      'shop/cloud: dataVolumes names "web", which keeps no data on its machines; a volume would stay empty.',
    );
  });

  test("two sizes for one machine", () => {
    const { stack, site } = awsSite({ sizes: { web: "t3.medium", api: "t3.large" } });
    const machines = Machines.named("web-a", "web-b");
    new HaWebTier(stack, "web", { site, machines, app: phpShop() });
    expect(() => new HaWebTier(stack, "api", { site, machines, app: phpShop() })).toThrow(
      'shop/api: wants web-a as "t3.large", but shop/web wants it as "t3.medium"; a machine has one size.',
    );
  });

  test("data on a machine that does not say which disk is which", () => {
    expect(() => awsShop({ site: { sizes: { db: "m4.large" } } })).toThrow(
      'shop/db: keeps data on db-a, which is a "m4.large"; instance types from before 2017 do not say which disk is which volume.',
    );
  });

  test("two tiers that keep data on one machine", () => {
    const { stack, site } = awsShop();
    const more = () =>
      new GaleraCluster(stack, "more", {
        site,
        databases: ["more"],
        machines: Machines.named("db-a", "db-b", "db-c"),
      });
    expect(more).toThrow("shop/more: keeps data on db-a, where shop/db does so too");
  });

  test("a volume that AWS does not have", () => {
    expect(() => awsShop({ site: { dataVolumes: { db: { type: "st1", gibibytes: 50 } } } })).toThrow(
      "shop/cloud: dataVolumes.db.gibibytes is 50; a volume of type st1 has 125 to 16384. Choose one of those.",
    );
    expect(making({ dataVolumes: { db: { snapshot: "last-night" } } })).toThrow(
      'dataVolumes.db.snapshot is "last-night"; must be an id like "snap-0123456789abcdef0"',
    );
  });

  describe("more tiers on one machine than AWS has security groups for", () => {
    const tiers = (amount: number, props: Partial<AwsSiteProps> = {}) => {
      const { stack, site } = awsSite(props);
      const machines = Machines.named("all-a", "all-b");
      for (let i = 1; i <= amount; i++) {
        const app = WebApp.php({ source: SHOP_APP, healthPath: "/health", port: 8080 + i });
        new HaWebTier(stack, `web${i}`, { site, machines, app });
      }
      return () => synthAws(stack);
    };

    test("with both ways out", () => {
      expect(tiers(5)).toThrow(
        "shop/cloud: all-a, all-b would have 6 security groups each, one of the site and one for each of the tiers shop/web1, " +
          "shop/web2, shop/web3, shop/web4, shop/web5; AWS lets a machine have 5. Give some of the tiers other machines " +
          "(machines: Machines.named(…)), or have AWS raise the quota L-2AFB9258 and say so: securityGroupsPerMachine: 6.",
      );
    });

    test("as many as AWS has are taken, and more when the quota is higher", () => {
      expect(tiers(4)).not.toThrow();
      expect(tiers(5, { securityGroupsPerMachine: 6 })).not.toThrow();
    });

    test("a quota that AWS does not give", () => {
      expect(making({ securityGroupsPerMachine: 17 })).toThrow("securityGroupsPerMachine is 17; AWS gives 16 at most");
    });
  });
});

describe("who may log in", () => {
  test.each(["0.0.0.0/0", "::/0"])("SSH from %s", (cidr) => {
    expect(making({ ssh: { from: [cidr] } })).toThrow(
      `shop/cloud: ssh.from.0 is "${cidr}", which lets the whole world try to log in; name the networks that you deploy from`,
    );
  });

  test.each(["0.0.0.0/1", "128.0.0.0/1", "2000::/3"])("SSH from %s, which is not much less", (cidr) => {
    expect(making({ ssh: { from: ["198.51.100.7/32", cidr] } })).toThrow(
      `ssh.from.1 is "${cidr}", which lets a great part of the world try to log in`,
    );
  });

  test("SSH from what is no network", () => {
    expect(making({ ssh: { from: ["office"] } })).toThrow('ssh.from.0 is "office", which is no address and no network');
  });

  test("a bastion without an allowed source", () => {
    expect(withSsh({ publicKeyFile: publicKeyFile(), bastion: { zone: "a" } })).toThrow(
      "shop/other: ssh.from is missing, and ssh.bastion accepts no other source: no rollout could reach a machine.",
    );
  });

  test("public machines without an allowed source", () => {
    expect(withSsh({ publicKeyFile: publicKeyFile() }, { placement: "public" })).toThrow(
      "ssh.from is missing, and machines accept no other source",
    );
  });

  test("private machines to which nothing leads, with the ways that there are", () => {
    expect(withSsh({ publicKeyFile: publicKeyFile() })).toThrow(
      "machines are in private subnets, and ssh names neither a bastion nor a network inside",
    );
  });

  test("no login is needed where only servers and networks are made", () => {
    const { stack } = awsSite({}, true);
    const props = { region: "eu-west-1", cidr: "10.65.0.0/16", ssh: { publicKeyFile: publicKeyFile() } };
    expect(() => new AwsSite(stack, "other", props)).not.toThrow();
  });

  test("a bastion in a zone that the site does not have", () => {
    expect(making({ ssh: { bastion: { zone: "d" } } })).toThrow(
      'shop/cloud: ssh.bastion.zone is "d", which is no zone of the site; its zones are a, b, c.',
    );
  });

  test("no key", () => {
    expect(withSsh({ from: ["198.51.100.7/32"] })).toThrow(
      "ssh names no key, and new machines accept no login without one.",
    );
  });

  test("a key that is not there", () => {
    expect(making({ ssh: { publicKeyFile: "/nowhere/key.pub" } })).toThrow(
      'ssh.publicKeyFile is "/nowhere/key.pub", which cannot be read (there is no such file)',
    );
  });

  test.each([
    "-----BEGIN OPENSSH PRIVATE KEY-----\n",
    "ecdsa-sha2-nistp256 AAAA\n",
    "ssh-ed25519 AAAA\nssh-rsa AAAA\n",
    "",
  ])("%j is no public key that AWS takes", (content) => {
    expect(making({ ssh: { publicKeyFile: publicKeyFile(content) } })).toThrow("which is no public key that AWS takes");
  });

  test("a key file and the name of a key", () => {
    expect(making({ ssh: { keyName: "ours" } })).toThrow("ssh has publicKeyFile and keyName");
  });

  test("a private key without its public one", () => {
    const privateKeyFile = path.join(scratch(), "key");
    fs.writeFileSync(privateKeyFile, "-----BEGIN OPENSSH PRIVATE KEY-----\n");
    expect(withSsh({ privateKeyFile, from: ["198.51.100.7/32"] })).toThrow(
      `ssh.privateKeyFile (its .pub) is "${privateKeyFile}.pub", which cannot be read`,
    );
  });
});

describe("logs", () => {
  test.each([
    [{ flowLogs: "accepted" as never }, 'flowLogs is "accepted"; must be "rejected", "all" or "none"'],
    [{ logs: { keepDays: 0 } }, "logs.keepDays is 0; must be 1 or more"],
    [{ logs: { keepDays: 1.5 } }, "logs.keepDays is 1.5; must be a whole number of days"],
    [
      { logs: { bucket: "s3://logs" } },
      'logs.bucket is "s3://logs"; must be the name of a bucket such as "company-logs"',
    ],
    [{ logs: { bucket: "company-logs", keepDays: 90 } }, "logs.keepDays is given, and so is logs.bucket"],
    [{ logs: { bucket: "company-logs", protected: false } }, "logs.protected is given, and so is logs.bucket"],
    [{ terminationProtection: "yes" as never }, 'terminationProtection is "yes"; must be true or false'],
  ])("%j is refused", (site, message) => {
    expect(making(site)).toThrow(`shop/cloud: ${message}`);
  });

  test("a log that the database does not have", () => {
    const engine = AwsDatabase.rdsInstance({ database: "postgresql", logExports: ["error"] });
    expect(() => onRds(engine)).toThrow(
      'shop/db: engine.logExports.0 is "error"; postgresql has postgresql, upgrade. Choose of these',
    );
  });
});

describe("rights in the account", () => {
  test("a policy that makes an administrator", () => {
    const policies = ["arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess", "arn:aws:iam::aws:policy/AdministratorAccess"];
    expect(making({ permissions: { policies } })).toThrow(
      'shop/cloud: permissions.policies.1 is "arn:aws:iam::aws:policy/AdministratorAccess", which would make every machine an ' +
        "administrator of the account",
    );
  });

  test("a statement that makes an administrator", () => {
    const statements = [{ actions: ["s3:GetObject", "iam:PassRole"], resources: ["*"] }];
    expect(making({ permissions: { statements } })).toThrow(
      'shop/cloud: permissions.statements.0 allows iam:PassRole on "*"; it makes an intruder on one machine an administrator of ' +
        "the account, at once or in a few steps. Name the single actions that the application needs, or say that it is meant: " +
        'permissions.mayBecomeAdministrator: ["iam:PassRole"].',
    );
  });

  test("one behind a wildcard", () => {
    const statements = [{ actions: ["I?M:Pass*"], resources: ["arn:aws:iam::123456789012:role/shop"] }];
    expect(making({ permissions: { statements } })).toThrow(
      'allows I?M:Pass* on "arn:aws:iam::123456789012:role/shop", which covers changes of the service iam; it makes',
    );
  });

  test("a role of which only Terraform knows the name", () => {
    const statements = [{ actions: ["sts:AssumeRole"], resources: ["${aws_iam_role.reader.arn}"] }];
    expect(making({ permissions: { statements } })).toThrow("allows sts:AssumeRole on");
  });

  test("a word for another risk than the one that is there", () => {
    const statements = [{ actions: ["s3:GetObject", "sts:AssumeRole"], resources: ["*"] }];
    expect(making({ permissions: { statements, mayBecomeAdministrator: ["iam:PassRole"] } })).toThrow(
      "permissions.statements.0 allows sts:AssumeRole",
    );
    expect(making({ permissions: { mayBecomeAdministrator: ["s3:GetObject"] } })).toThrow(
      'permissions.mayBecomeAdministrator.0 is "s3:GetObject"; no statement and no policy is written so and refused for it',
    );
  });

  test("what is no policy", () => {
    expect(making({ permissions: { policies: ["AmazonS3ReadOnlyAccess"] } })).toThrow(
      'permissions.policies.0 is "AmazonS3ReadOnlyAccess", which is no managed policy',
    );
  });

  test("rights for a profile that is not Beehive's", () => {
    expect(making({ instanceProfile: "ours", permissions: { policies: [] } })).toThrow(
      "permissions has policies or statements and an instanceProfile",
    );
  });
});

describe("an elastic IP", () => {
  test("on a site that is not in AWS", () => {
    const { stack, site, web: target } = shop();
    const entrance = () =>
      new HealthCheckedLoadBalancer(stack, "second", {
        site,
        target,
        machines: Machines.named("lb-1", "lb-2"),
        address: ElasticIp.existing("eipalloc-0123456789abcdef0"),
      });
    expect(entrance).toThrow("shop/second: address is an elastic IP, but lb-1 is on site rack, of kind hosts");
  });

  test("an allocation that is none", () => {
    const { stack, site, web: target } = awsShop();
    const address = ElasticIp.existing("203.0.113.7");
    expect(() => new HealthCheckedLoadBalancer(stack, "entrance", { site, servers: 2, target, address })).toThrow(
      'shop/entrance: address is "203.0.113.7", which is no id of AWS; write it like "eipalloc-0123456789abcdef0".',
    );
  });

  test("machines of which some move another one", () => {
    const { stack, site, web: target } = awsShop();
    const on = (id: string, ...names: string[]) =>
      new HealthCheckedLoadBalancer(stack, id, { site, machines: Machines.named(...names), target });
    on("entrance", "lb-a", "lb-b");
    expect(() => on("second", "lb-b", "lb-c")).toThrow(
      "shop/second: its machines (lb-b, lb-c) are in part those of another load balancer with an elastic IP",
    );
  });
});

describe("names, tags, provider", () => {
  test("the name of something that exists is over AWS's length", () => {
    const ssh = { keyName: "k".repeat(300), from: ["198.51.100.7/32"] };
    expect(withSsh(ssh)).toThrow("and has 300 characters; AWS takes 255. It names something that exists");
  });

  test("names of what is made are shortened, and stay apart", () => {
    const { stack } = awsSite({}, true);
    const ids = ["x", "y"].map((end) => `${"long".repeat(20)}-${end}`);
    ids.forEach((id, i) => new AwsSite(stack, id, siteProps({ cidr: `10.${70 + i}.0.0/16` })));
    const roles = Object.values(synthAws(stack).resource.aws_iam_role!).map(({ name }) => name as string);
    expect(roles.map((name) => name.length)).toEqual(["shop.cloud.machines".length, 64, 64]);
    expect(new Set(roles).size).toBe(3);
  });

  test.each([
    ["aws:x", "Beehive and AWS set Name"],
    ["Name", "Beehive and AWS set Name"],
    ["beehive:tier", "Beehive and AWS set Name"],
    ["k".repeat(129), "a key has 1 to 128 characters"],
    ["a{b}", "AWS takes letters"],
  ])("a tag with the key %j", (key, problem) => {
    expect(making({ tags: { [key]: "x" } })).toThrow(problem);
  });

  test("a tag with a value that is too long", () => {
    expect(making({ tags: { owner: "x".repeat(257) } })).toThrow("its value has 257 characters, AWS takes 256");
  });

  test("more tags than AWS takes", () => {
    const tags = Object.fromEntries(Array.from({ length: 48 }, (_, i) => [`key-${i}`, "x"]));
    expect(making({ tags })).toThrow(
      "tags has 48 keys; AWS takes 50 on a resource, and 3 are Beehive's. Use 47 or fewer.",
    );
  });

  test.each([
    ["another cloud", digitalocean, 'shop/other: provider is a "digitalocean" provider; an AwsSite needs one of AWS.'],
    ["another region", ireland, 'provider works in eu-west-1, but region is "eu-central-1"; a site is in one region.'],
  ])("a provider of %s", (_, make, problem) => {
    const { stack } = awsSite();
    const provider = make(stack);
    expect(() => new AwsSite(stack, "other", siteProps({ cidr: "10.65.0.0/16", provider }))).toThrow(problem);
  });

  test("a property that there is not", () => {
    expect(making({ zone: "a" } as never)).toThrow(
      'shop/cloud: "zone" is no property here; allowed are region, zones,',
    );
  });

  test("what only Terraform knows is taken as it is", () => {
    const { stack } = awsSite({}, true);
    const token = (id: string) => new TerraformVariable(stack, id, { type: "string" }).stringValue;
    const vpc = { id: token("vpc"), subnets: { a: { private: token("a") }, b: { private: token("b") } } };
    const props = siteProps({ zones: ["a", "b"], vpc, image: token("image"), ssh: { bastion: undefined } });
    expect(() => new AwsSite(stack, "there", props)).not.toThrow();
  });
});
