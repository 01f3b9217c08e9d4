import { Duration } from "../../../../lib/core/duration";
import {
  elasticAddress,
  elasticAddressPolicy,
  type ElasticAddressOptions,
} from "../../../../lib/software/floating-address/elastic-address";
import type { Software } from "../../../../lib/software/software";

const OPTIONS: ElasticAddressOptions = {
  instance: "shop-entrance",
  constructPath: "shop/entrance",
  self: { name: "lb-a", address: "10.64.0.11" },
  peers: [{ name: "lb-b", address: "10.64.16.11" }],
  routerId: 100,
  priority: 200,
  readyPort: 18100,
  servingUnit: "beehive-haproxy-shop-entrance.service",
  address: "203.0.113.7",
  port: 443,
  region: "eu-central-1",
  allocationId: "eipalloc-1",
};

const software = (options: Partial<ElasticAddressOptions> = {}): Software => elasticAddress({ ...OPTIONS, ...options });
const fileOf = (of: Software, path: string) => of.files.find((file) => file.path === path)!;
const settingsOf = (of: Software): unknown =>
  JSON.parse(fileOf(of, "/etc/beehive/address/shop-entrance/settings.json").content);
const linesOf = (of: Software, path: string): string[] =>
  fileOf(of, path)
    .content.split("\n")
    .map((line) => line.trim());
const KEEPALIVED = "/etc/beehive/keepalived/shop-entrance.conf";
const UNIT = "/etc/systemd/system/beehive-address-shop-entrance.service";

describe("an elastic address", () => {
  it("tells its agent what to move, where to, and how to know that this machine is elected", () => {
    expect(settingsOf(software())).toEqual({
      "//": "Made by Beehive from shop/entrance. Changes made here are lost; change the program and deploy.",
      address: "203.0.113.7",
      port: 443,
      marker: "127.88.0.100",
      heard: "/run/beehive-keepalived-shop-entrance/heard",
      readyPort: 18100,
      pollSeconds: 5,
      apiTimeoutSeconds: 5,
      provider: "aws",
      metadataUrl: "http://169.254.169.254",
      region: "eu-central-1",
      allocationId: "eipalloc-1",
      privateAddress: "10.64.0.11",
    });
  });

  it("takes intervals, a secondary private address and an endpoint of the network's own", () => {
    const given = software({
      pollInterval: Duration.seconds(2),
      apiTimeout: Duration.millis(1500),
      privateAddress: "10.64.0.99",
      apiUrl: "https://vpce-1.ec2.eu-central-1.vpce.amazonaws.com",
    });
    expect(settingsOf(given)).toMatchObject({
      pollSeconds: 2,
      apiTimeoutSeconds: 1.5,
      privateAddress: "10.64.0.99",
      apiUrl: "https://vpce-1.ec2.eu-central-1.vpce.amazonaws.com",
    });
  });

  it("takes facts that Terraform knows only when it applies", () => {
    const fact = (name: string) => `{{beehive:fact:${name}}}`;
    const given = software({
      address: fact("entrance/address"),
      allocationId: fact("entrance/allocation"),
      self: { name: "lb-a", address: fact("address/lb-a") },
    });
    expect(settingsOf(given)).toMatchObject({
      address: fact("entrance/address"),
      allocationId: fact("entrance/allocation"),
      privateAddress: fact("address/lb-a"),
    });
    expect(linesOf(given, KEEPALIVED)).toContain("interface {{beehive:interface:{{beehive:fact:address/lb-a}}}}");
  });

  it("is elected by VRRP between the machines' own addresses, and gives keepalived a mark instead of the address", () => {
    const config = linesOf(software(), KEEPALIVED);
    expect(config).toEqual(
      expect.arrayContaining(["unicast_src_ip 10.64.0.11", "10.64.16.11", "127.88.0.100/32 dev lo", "advert_int 0.5"]),
    );
    expect(config.join("\n")).not.toContain("203.0.113.7");
  });

  it("leaves no mark behind when keepalived ends", () => {
    expect(linesOf(software(), "/etc/systemd/system/beehive-keepalived-shop-entrance.service")).toContain(
      "ExecStopPost=-/usr/bin/ip address delete 127.88.0.100/32 dev lo",
    );
  });

  it("hears from keepalived that another one had been elected, too", () => {
    expect(linesOf(software(), KEEPALIVED)).toContain(
      'notify_master_rx_lower_pri "/usr/bin/touch /run/beehive-keepalived-shop-entrance/heard" root root',
    );
  });

  it("listens for VRRP of its peers and for nothing else", () => {
    expect(software().ports).toEqual([
      { port: 100, protocol: "vrrp", address: "10.64.0.11", from: ["10.64.16.11"], purpose: "keepalived, VRRP" },
    ]);
  });

  it("runs as an account of its own, without a capability, in the sandbox of the others", () => {
    const unit = linesOf(software(), UNIT);
    expect(unit).toEqual(
      expect.arrayContaining([
        "User=beehive-address",
        "ExecStart=/usr/local/lib/beehive/address-shop-entrance/beehive-address /etc/beehive/address/shop-entrance/settings.json run",
        "CapabilityBoundingSet=",
        "RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX AF_NETLINK",
        "NoNewPrivileges=yes",
        "ProtectSystem=strict",
        "Restart=always",
      ]),
    );
    expect(software().accounts).toEqual([{ name: "beehive-address" }]);
  });

  it("brings the provider's library and no token", () => {
    expect(software().packages).toEqual(["keepalived", "iproute2", "python3", "python3-botocore"]);
    expect(software().files.filter((file) => file.content.includes("{{beehive:secret:"))).toEqual([]);
  });

  it("brings all of the agent's modules, each with its origin on top", () => {
    const modules = software().files.filter((file) => file.path.includes("/beehive_address/"));
    expect(modules.map((file) => file.path.split("/").pop())).toEqual([
      "__init__.py",
      "aws.py",
      "cli.py",
      "digitalocean.py",
      "election.py",
      "entrance.py",
      "holder.py",
      "problem.py",
      "reconciler.py",
      "settings.py",
      "web.py",
    ]);
    for (const { content } of modules) expect(content).toMatch(/^# Made by Beehive from shop\/entrance\./);
  });

  it("restarts the agent for a new program or setting, and starts it before keepalived", () => {
    const [agent, keepalived] = software().services;
    expect([agent!.unit, agent!.onChange, keepalived!.unit, keepalived!.onChange]).toEqual([
      "beehive-address-shop-entrance.service",
      "restart",
      "beehive-keepalived-shop-entrance.service",
      "reload",
    ]);
    expect(agent!.watches).toContain("/etc/beehive/address/shop-entrance/settings.json");
    expect(agent!.watches).toContain("/usr/local/lib/beehive/address-shop-entrance/beehive_address/aws.py");
  });

  it("is in service when keepalived and the agent run and the API lets the machine move the address", () => {
    expect(software().gate.map(({ command }) => command)).toEqual([
      ["systemctl", "is-active", "beehive-keepalived-shop-entrance.service"],
      ["systemctl", "is-active", "beehive-address-shop-entrance.service"],
      [
        "/usr/local/lib/beehive/address-shop-entrance/beehive-address",
        "/etc/beehive/address/shop-entrance/settings.json",
        "check",
      ],
    ]);
  });

  it("owns no path that another group on the machine owns", () => {
    const other = software({ instance: "blog-entrance", constructPath: "blog/entrance", routerId: 101 });
    const paths = new Set(software().files.map((file) => file.path));
    expect(other.files.map((file) => file.path).filter((path) => paths.has(path))).toEqual([]);
  });
});

describe("the policy of an elastic address", () => {
  const policy = elasticAddressPolicy({
    region: "eu-central-1",
    account: "123456789012",
    allocationId: "eipalloc-1",
    vpcId: "vpc-1",
    instanceProfile: "shop-entrance",
  });

  it("allows two actions", () => {
    expect([...new Set(policy.Statement.map((statement) => statement.Action))]).toEqual([
      "ec2:AssociateAddress",
      "ec2:DescribeAddresses",
    ]);
  });

  it("moves this address alone, to load balancers in this network alone", () => {
    expect(
      policy.Statement.filter(({ Action }) => Action === "ec2:AssociateAddress").map(({ Resource, Condition }) => [
        Resource,
        Condition,
      ]),
    ).toEqual([
      ["arn:aws:ec2:eu-central-1:123456789012:elastic-ip/eipalloc-1", undefined],
      [
        "arn:aws:ec2:eu-central-1:123456789012:network-interface/*",
        { ArnEquals: { "ec2:Vpc": "arn:aws:ec2:eu-central-1:123456789012:vpc/vpc-1" } },
      ],
      [
        "arn:aws:ec2:eu-central-1:123456789012:instance/*",
        { ArnEquals: { "ec2:InstanceProfile": "arn:aws:iam::123456789012:instance-profile/shop-entrance" } },
      ],
    ]);
  });

  it("sees addresses of its region alone", () => {
    expect(policy.Statement.at(-1)).toEqual({
      Sid: "SeeWhoHasIt",
      Effect: "Allow",
      Action: "ec2:DescribeAddresses",
      Resource: "*",
      Condition: { StringEquals: { "ec2:Region": "eu-central-1" } },
    });
  });

  it("names its statements in letters and digits, as IAM demands", () => {
    for (const { Sid } of policy.Statement) expect(Sid).toMatch(/^[A-Za-z0-9]+$/);
  });

  it("knows the other partitions", () => {
    const china = elasticAddressPolicy({
      partition: "aws-cn",
      region: "cn-north-1",
      account: "123456789012",
      allocationId: "eipalloc-1",
      vpcId: "vpc-1",
      instanceProfile: "shop-entrance",
    });
    expect(JSON.stringify(china).match(/arn:[a-z-]+:/g)).toEqual(Array.from({ length: 5 }, () => "arn:aws-cn:"));
  });
});
