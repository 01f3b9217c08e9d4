import { AwsAutoScaling, AwsDatabase, AwsLoadBalancer } from "../../../../lib/aws";
import { AvailabilityPromise, Duration, HealthCheck, HealthCheckedLoadBalancer, Machines, Tls } from "../../../../lib";
import {
  DefaultTokenResolver,
  StringConcat,
  TerraformVariable,
  Tokenization,
  type TerraformStack,
} from "../../../../lib/cdktf";
import { Hive } from "../../../../lib/stack/hive";
import { predict } from "../../../../lib/judgement/prediction";
import type { ScaledTargets } from "../../../../lib/sites/aws/load-balancing/scaled-targets";
import { at, counts, synthAws, withEntrance } from "../../../support/aws";
import { behindAws, managedShop, onRds, type AwsPartsOptions } from "../../../support/aws-engines";
import { TestScaling } from "../../../support/engines";
import { bundleOf } from "../../../support/hive";

const network = AwsLoadBalancer.network;
const managedTls = Tls.managed({ domain: "shop.example.org", zone: "example.org" });

function given(stack: TerraformStack, redirect = true) {
  const privateKey = new TerraformVariable(stack, "key", { type: "string", sensitive: true }).stringValue;
  return { privateKey, redirect };
}

/** What the parts add to a stack, by type. */
const parts = (stack: TerraformStack) =>
  Object.fromEntries(Object.entries(counts(stack)).filter(([type]) => /^aws_(lb|acm|route53|db|rds)_?/.test(type)));

const behind = (entrance: AwsPartsOptions["entrance"], options: AwsPartsOptions = {}) =>
  behindAws({ ...options, entrance });

describe("an application load balancer", () => {
  test("makes a load balancer, a listener, a target group and one registration for each server", () => {
    const { stack } = behindAws();
    expect(parts(stack)).toEqual({
      aws_lb: 1,
      aws_lb_listener: 1,
      aws_lb_target_group: 1,
      aws_lb_target_group_attachment: 3,
    });
  });

  test("stands in the public subnets of all zones, protected, and drops what is no header", () => {
    const { stack } = behindAws();
    const subnet = (letter: string) => expect.stringMatching(new RegExp(`aws_subnet.cloud_network_${letter}_public_`));
    expect(at(stack, "entrance/Resource")).toMatchObject({
      provider: "aws.cloud",
      name: "shop-cloud-entrance",
      load_balancer_type: "application",
      internal: false,
      subnets: [subnet("a"), subnet("b"), subnet("c")],
      drop_invalid_header_fields: true,
      enable_deletion_protection: true,
      idle_timeout: 30,
    });
  });

  test("asks the application's path every 5 s, and takes a server out after 10", () => {
    const { stack } = behindAws();
    const group = at(stack, "entrance/targets/Resource");
    expect(group.health_check).toEqual({
      enabled: true,
      protocol: "HTTP",
      port: "traffic-port",
      path: "/health",
      matcher: "200",
      interval: 5,
      timeout: 2,
      healthy_threshold: 2,
      unhealthy_threshold: 2,
    });
    expect(group).toMatchObject({ port: 8080, protocol: "HTTP", target_type: "instance", deregistration_delay: "30" });
  });

  test("registers a server when its rollout is done", () => {
    const { stack } = behindAws();
    expect(at(stack, "entrance/targets/web-b")).toMatchObject({
      target_id: expect.stringMatching(/^\$\{aws_instance\.cloud_web-b_\w+\.id\}$/) as string,
      port: 8080,
      depends_on: [
        expect.stringContaining("terraform_data.web_rollout_web-c") as string,
        expect.stringContaining("terraform_data.web_members") as string,
      ],
    });
  });

  test("lets in the world on its ports only, and reaches the servers only", () => {
    const { stack } = behind({ tls: managedTls });
    const { resource } = synthAws(stack);
    const rules = (type: string) =>
      Object.entries(resource[type]!)
        .filter(([id]) => id.startsWith("entrance_"))
        .map(
          ([, rule]) => `${rule.ip_protocol} ${rule.from_port} ${rule.cidr_ipv4 ?? rule.referenced_security_group_id}`,
        );
    expect(rules("aws_vpc_security_group_ingress_rule")).toEqual([
      "icmp 3 0.0.0.0/0",
      "tcp 443 0.0.0.0/0",
      "tcp 80 0.0.0.0/0",
    ]);
    expect(rules("aws_vpc_security_group_egress_rule")).toEqual([
      expect.stringMatching(/^tcp 8080 \$\{aws_security_group\.cloud_firewall_tiers_web_\w+\.id\}$/),
    ]);
  });

  test("is let in by the servers' security group and by their own firewall", () => {
    const { stack } = behindAws();
    const blocks = ["10.64.128.0/20", "10.64.144.0/20", "10.64.160.0/20"];
    const rules = at(stack, "cloud/firewall/tiers/web/in/Resource").for_each as Record<string, { group: string }>;
    expect(Object.keys(rules)).toEqual(["tcp-8080-shop/entrance"]);
    expect(rules["tcp-8080-shop/entrance"]!.group).toMatch(/aws_security_group\.entrance_firewall_/);
    // The machines know no groups.
    for (const block of blocks) expect(bundleOf(stack, "web", "web-a")).toContain(block);
  });

  test("is let in by the servers' own firewall where only AWS knows the subnets", () => {
    const subnets = (n: number) => ({
      private: `subnet-0123456789abcdef${n}`,
      public: `subnet-1123456789abcdef${n}`,
    });
    const vpc = { id: "vpc-0123456789abcdef0", subnets: { a: subnets(1), b: subnets(2), c: subnets(3) } };
    const { stack } = behindAws({ site: { vpc, ssh: { bastion: undefined, from: ["10.9.0.0/16"] } } as never });
    const rules = at(stack, "cloud/firewall/tiers/web/in/Resource").for_each as Record<string, { group: string }>;
    expect(Object.keys(rules)).toEqual(["tcp-8080-shop/entrance"]);
    for (const letter of ["a", "b", "c"]) {
      expect(bundleOf(stack, "web", "web-a")).toContain(`{{beehive:fact:network/cloud/public-${letter}}}`);
    }
  });

  test("rollouts wait until it has a server back", () => {
    expect(bundleOf(behindAws().stack, "web", "web-a")).toMatch(/"sleep",\s*"12"/);
    expect(bundleOf(withEntrance().stack, "web", "web-a")).toMatch(/"sleep",\s*"1.6"/);
  });

  test("a server that is added is a registration more", () => {
    const machines = Machines.named("web-a", "web-b", "web-c", "web-a-2");
    const ids = (stack: TerraformStack) => Object.keys(synthAws(stack).resource.aws_lb_target_group_attachment!);
    const more = ids(behindAws({ web: { servers: undefined, machines } }).stack);
    expect(more).toEqual([expect.stringContaining("web-a-2"), ...ids(behindAws().stack)]);
  });

  test("has a name of 32 characters at most, and another one for another stack", () => {
    const nameOf = (id: string) => {
      const { stack, site, web: target } = behindAws();
      const engine = AwsLoadBalancer.application();
      new HealthCheckedLoadBalancer(stack, id, { site, engine, target });
      return String(at(stack, `${id}/Resource`).name);
    };
    const [first, second] = ["the-entrance-of-all-visitors-1", "the-entrance-of-all-visitors-2"].map(nameOf);
    expect(first).toMatch(/^shop-cloud-the-entran-[0-9a-f]{10}$/);
    expect(first).toHaveLength(32);
    expect(second).not.toBe(first);
    expect(nameOf("the-entrance-of-all-visitors-1")).toBe(first);
  });
});

/** A token as it stands in the stack. */
const resolved = (scope: TerraformStack, text: string) =>
  Tokenization.resolve(text, { scope, resolver: new DefaultTokenResolver(new StringConcat()) }) as string;

describe("servers that come and go", () => {
  /** Scaling that a load balancer of AWS can use. */
  class Scaling extends TestScaling {
    readonly attached: string[] = [];

    constructor() {
      super("aws");
    }

    override make(...args: Parameters<TestScaling["make"]>): ScaledTargets {
      return { ...super.make(...args), attachTargetGroup: (arn) => void this.attached.push(arn) };
    }
  }

  test("are registered by their group, and let in the load balancer by its security group", () => {
    const scaling = new Scaling();
    const { stack } = behindAws({ web: { scaling } });
    expect(counts(stack).aws_lb_target_group_attachment).toBeUndefined();
    expect(scaling.attached.map((arn) => resolved(stack, arn))).toEqual([
      expect.stringMatching(/^\$\{aws_lb_target_group\.entrance_targets_\w+\.arn\}$/),
    ]);
    const rules = at(stack, "cloud/firewall/tiers/web/in/Resource").for_each as Record<string, { group: string }>;
    expect(rules["tcp-8080-shop/entrance"]!.group).toMatch(/aws_security_group\.entrance_firewall_/);
  });

  test("of another kind are refused", () => {
    expect(() => behindAws({ web: { scaling: new TestScaling("aws") } })).toThrow(
      'shop/entrance: target is "shop/web", whose scaling is "test-scaling"; a load balancer of AWS registers the instances of AwsAutoScaling only.',
    );
  });
});

describe("a network load balancer", () => {
  test("passes bytes on, over all zones, in its own name", () => {
    const { stack } = behind({ engine: network() });
    expect(at(stack, "entrance/Resource")).toMatchObject({
      load_balancer_type: "network",
      enable_cross_zone_load_balancing: true,
      enable_deletion_protection: true,
    });
    expect(at(stack, "entrance/listener")).toMatchObject({ port: 80, protocol: "TCP" });
    expect(at(stack, "entrance/targets/Resource")).toMatchObject({
      protocol: "TCP",
      preserve_client_ip: "false",
      health_check: { protocol: "HTTP", path: "/health", interval: 5, unhealthy_threshold: 2 },
    });
  });

  test("has addresses that stay, when the program wants them", () => {
    const { stack } = behind({ engine: network({ elasticAddresses: true }) });
    const mapping = at(stack, "entrance/Resource").subnet_mapping as { allocation_id: string }[];
    expect(mapping.map(({ allocation_id }) => allocation_id)).toEqual(
      ["a", "b", "c"].map((letter) => expect.stringContaining(`aws_eip.entrance_address-${letter}_`)),
    );
  });

  test("speaks TLS with a certificate of the program's", () => {
    const { stack, site, web: target } = behindAws();
    const certificate = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    const tls = Tls.given({
      certificate: `${certificate}${certificate.replace("AAAA", "BBBB")}`,
      ...given(stack, false),
    });
    new HealthCheckedLoadBalancer(stack, "second", { site, target, engine: network(), tls });
    expect(at(stack, "second/listener")).toMatchObject({ port: 443, protocol: "TLS" });
    expect(at(stack, "second/certificate/Resource")).toMatchObject({
      certificate_body: certificate.trim(),
      certificate_chain: certificate.replace("AAAA", "BBBB").trim(),
      private_key: "${var.key}",
    });
  });
});

test("what takes the place of another load balancer has another name, because both are there for a while", () => {
  const names = [AwsLoadBalancer.application(), network(), network({ elasticAddresses: true })].map((engine) => {
    const { stack } = behind({ engine });
    return [at(stack, "entrance/Resource").name, at(stack, "entrance/targets/Resource").name];
  });
  expect(names).toEqual([
    ["shop-cloud-entrance", "shop-cloud-entrance-http-8080"],
    [expect.stringMatching(/^shop-cloud-entrance-n-[0-9a-f]{10}$/), "shop-cloud-entrance-tcp-8080"],
    [expect.stringMatching(/^shop-cloud-entrance-n-[0-9a-f]{10}$/), "shop-cloud-entrance-tcp-8080"],
  ]);
  expect(new Set(names.map(([name]) => name)).size).toBe(3);
});

describe("a certificate that AWS gets", () => {
  test("is proved in Route 53, once for each name, and used when it is valid", () => {
    const tls = Tls.managed({
      domain: "shop.example.org",
      alternatives: ["*.shop.example.org", "www.example.org"],
      zone: "example.org",
    });
    const { stack } = behind({ tls });
    expect(parts(stack)).toMatchObject({
      aws_acm_certificate: 1,
      aws_acm_certificate_validation: 1,
      aws_route53_record: 2,
    });
    expect(at(stack, "entrance/certificate/Resource")).toMatchObject({
      domain_name: "shop.example.org",
      subject_alternative_names: ["*.shop.example.org", "www.example.org"],
      validation_method: "DNS",
      lifecycle: { create_before_destroy: true },
    });
    expect(at(stack, "entrance/listener")).toMatchObject({
      port: 443,
      protocol: "HTTPS",
      ssl_policy: "ELBSecurityPolicy-TLS13-1-2-2021-06",
      certificate_arn: expect.stringContaining(
        "aws_acm_certificate_validation.entrance_certificate_validation",
      ) as string,
    });
    expect(at(stack, "entrance/redirect").default_action).toEqual([
      { type: "redirect", redirect: { port: "443", protocol: "HTTPS", status_code: "HTTP_301" } },
    ]);
  });

  test("uses the zone of the entrance's name, looked up once", () => {
    const dns = { name: "shop.example.org", zone: "example.org" };
    const { stack } = behind({ dns, tls: Tls.managed({ domain: "shop.example.org" }) });
    expect(Object.values(synthAws(stack).data.aws_route53_zone!)).toEqual([
      { provider: "aws.cloud", name: "example.org", private_zone: false },
    ]);
  });
});

describe("a DNS record", () => {
  const dns = { name: "shop.example.org", zone: "example.org" };

  test("is an alias of the load balancer, which Route 53 leaves when it is ill", () => {
    const record = at(behind({ dns }).stack, "entrance/dns-record");
    expect(record).toMatchObject({
      name: "shop.example.org",
      type: "A",
      alias: {
        name: expect.stringMatching(/^\$\{aws_lb\.entrance_\w+\.dns_name\}$/) as string,
        zone_id: expect.stringMatching(/^\$\{aws_lb\.entrance_\w+\.zone_id\}$/) as string,
        evaluate_target_health: true,
      },
    });
  });

  test("is the elastic IP of HAProxy pairs", () => {
    const { stack, site, web: target } = withEntrance();
    new HealthCheckedLoadBalancer(stack, "second", {
      site,
      servers: 2,
      target,
      dns,
      machines: Machines.named("lb-a", "lb-b"),
    });
    expect(at(stack, "second/dns-record")).toMatchObject({
      records: [expect.stringMatching(/^\$\{aws_eip\.second_elastic-ip_\w+\.public_ip\}$/)],
      ttl: 60,
    });
  });

  test("goes to the zone whose id the program names", () => {
    const { stack } = behind({ dns }, { site: { hostedZones: { "example.org": "Z0123456789ABCDEFGHIJ" } } });
    expect(at(stack, "entrance/dns-record").zone_id).toBe("Z0123456789ABCDEFGHIJ");
    expect(synthAws(stack).data.aws_route53_zone).toBeUndefined();
  });

  test("of a load balancer takes no lifetime", () => {
    expect(() => behind({ dns: { ...dns, ttl: Duration.seconds(5) } })).toThrow(
      "shop/entrance: dns.ttl is 5 s, but the record is an alias of a load balancer, which AWS has remembered for 60 s. Leave dns.ttl out.",
    );
  });
});

describe("what load balancers of AWS refuse", () => {
  test.each<[string, AwsPartsOptions["entrance"], RegExp]>([
    [
      "answers' texts",
      { healthCheck: HealthCheck.http({ body: "ok" }) },
      /healthCheck\.body is "ok", but the engine is "aws-application-load-balancer"; AWS looks at the status only/,
    ],
    [
      "a name to ask for",
      { healthCheck: HealthCheck.http({ host: "shop.example.org" }) },
      /healthCheck\.host is "shop\.example\.org".*AWS asks for the address of the server\. Leave host out\./,
    ],
    [
      "a second interval",
      { healthCheck: HealthCheck.http({ fastInterval: Duration.seconds(1) }) },
      /healthCheck\.fastInterval is "1 s".*one interval/,
    ],
    [
      "intervals under 5 s",
      { healthCheck: HealthCheck.http({ interval: Duration.seconds(2) }) },
      /healthCheck\.interval is "2 s".*from 5 to 300/,
    ],
    [
      "timeouts as long as the interval",
      { healthCheck: HealthCheck.http({ timeout: Duration.seconds(5) }) },
      /healthCheck\.timeout is "5 s".*less than interval, 5 s/,
    ],
    ["one failure as enough", { healthCheck: HealthCheck.http({ fall: 1 }) }, /healthCheck\.fall is 1.*2 to 10/],
    [
      "statuses that it does not take",
      { healthCheck: HealthCheck.http({ status: 503 }) },
      /healthCheck\.status is 503.*200 to 499/,
    ],
    [
      "parts of a second",
      { serverTimeout: Duration.millis(1500) },
      /serverTimeout is "1\.5 s".*whole seconds up to 4000/,
    ],
    ["a redirect without HTTP", { engine: network(), tls: managedTls }, /tls\.redirect is true.*redirect: false/],
    [
      "a wait for answers without HTTP",
      { engine: network(), serverTimeout: Duration.seconds(5) },
      /serverTimeout is "5 s".*passes bytes on/,
    ],
    [
      "a certificate without a zone",
      { tls: Tls.managed({ domain: "shop.example.org" }) },
      /tls is Tls\.managed for "shop\.example\.org", and no zone of Route 53 is named/,
    ],
    [
      "a name that is not in the zone",
      { tls: Tls.managed({ domain: "shop.example.org", zone: "example.com" }) },
      /tls names "shop\.example\.org", which is not in the zone "example\.com"/,
    ],
    [
      "a first name that no certificate takes",
      { tls: Tls.managed({ domain: `${"a".repeat(53)}.example.org`, alternatives: [], zone: "example.org" }) },
      /tls\.domain is ".*"; AWS certifies 64 characters as the first name/,
    ],
    [
      "a policy of TLS that is none of AWS's",
      { engine: AwsLoadBalancer.application({ tlsPolicy: "TLS13" }), tls: managedTls },
      /engine\.tlsPolicy is "TLS13"; must be a policy of AWS such as "ELBSecurityPolicy-TLS13-1-2-2021-06"/,
    ],
    [
      "drains of more than an hour",
      { engine: network({ deregistrationDelay: Duration.minutes(61) }) },
      /engine\.deregistrationDelay is .*must be 60 min or less/,
    ],
  ])("%s", (_, entrance, message) => {
    expect(() => behind(entrance)).toThrow(message);
  });

  test("a site with one zone", () => {
    expect(() => behindAws({ site: { zones: ["a"] } })).toThrow(
      "shop/entrance: site.zones is a; a load balancer of AWS needs 2 zones or more",
    );
  });

  test("subnets in which it has no room", () => {
    expect(() => behindAws({ site: { cidr: "10.64.0.0/24" } })).toThrow(
      'shop/entrance: site.cidr is "10.64.0.0/24", whose subnets are /28; a load balancer of AWS needs a /27 or more',
    );
  });
});

describe("an RDS instance", () => {
  test("has a standby in another zone, and everything that keeps data safe", () => {
    const { stack } = onRds();
    expect(parts(stack)).toEqual({ aws_db_instance: 1, aws_db_parameter_group: 1, aws_db_subnet_group: 1 });
    expect(at(stack, "db/Resource")).toMatchObject({
      identifier: "shop-cloud-db",
      engine: "mariadb",
      engine_version: "11.4",
      instance_class: "db.t4g.small",
      multi_az: true,
      storage_type: "gp3",
      storage_encrypted: true,
      allocated_storage: 20,
      max_allocated_storage: 100,
      publicly_accessible: false,
      backup_retention_period: 7,
      delete_automated_backups: false,
      deletion_protection: true,
      skip_final_snapshot: false,
      final_snapshot_identifier: "shop-cloud-db-final",
      auto_minor_version_upgrade: true,
      maintenance_window: "sun:03:00-sun:03:30",
      backup_window: "02:00-02:30",
      monitoring_interval: 60,
      lifecycle: { prevent_destroy: true },
    });
  });

  test("stands in the private subnets of all zones", () => {
    expect(at(onRds().stack, "db/subnets").subnet_ids).toEqual(
      ["a", "b", "c"].map((letter) => expect.stringContaining(`aws_subnet.cloud_network_${letter}_private_`)),
    );
  });

  test("lets in its clients and nobody else", () => {
    const rules = at(onRds().stack, "cloud/firewall/tiers/db/in/Resource").for_each as Record<
      string,
      { group: string }
    >;
    expect(Object.keys(rules)).toEqual(["tcp-3306-shop/web"]);
    expect(rules["tcp-3306-shop/web"]!.group).toMatch(/aws_security_group\.cloud_firewall_tiers_web_/);
  });

  test("lets in servers that come and go by their group, and nobody else of their subnets", () => {
    const { stack } = onRds(undefined, { web: { servers: undefined, scaling: AwsAutoScaling.group({ max: 9 }) } });
    const rules = at(stack, "cloud/firewall/tiers/db/in/Resource").for_each as Record<
      string,
      { group: string; ipv4: null }
    >;
    expect(Object.keys(rules)).toEqual(["tcp-3306-shop/web"]);
    expect(rules["tcp-3306-shop/web"]).toMatchObject({
      group: expect.stringMatching(/aws_security_group\.cloud_firewall_tiers_web_/) as unknown,
      ipv4: null,
    });
  });

  test.each([
    ["mysql", "mysql8.4", "require_secure_transport", 3306],
    ["mariadb", "mariadb11.4", "require_secure_transport", 3306],
    ["postgresql", "postgres17", "rds.force_ssl", 5432],
  ] as const)("of %s refuses connections without TLS", (database, family, parameter, port) => {
    const { stack } = onRds(AwsDatabase.rdsInstance({ database }));
    expect(at(stack, "db/parameters")).toMatchObject({
      family,
      parameter: [{ name: parameter, value: "1", apply_method: "pending-reboot" }],
      lifecycle: { create_before_destroy: true },
    });
    expect(at(stack, "db/Resource").port).toBe(port);
    expect(bundleOf(stack, "web", "web-a")).toContain('/DB_TLS","content":"required"');
  });

  test("gets its password from a sensitive variable that stays out of the state", () => {
    const { stack } = onRds();
    const database = at(stack, "db/Resource");
    expect(database.password).toBeUndefined();
    expect(database).toMatchObject({
      username: "shop",
      password_wo: "${var.db_shop_password}",
      password_wo_version: "${parseint(substr(sha256(var.db_shop_password), 0, 7), 16)}",
    });
    const kept = onRds(AwsDatabase.rdsInstance({ database: "mysql", writeOnlyPassword: false }));
    expect(at(kept.stack, "db/Resource")).toMatchObject({ password: "${var.db_shop_password}" });
  });

  test("clients verify it when the program gives the certificates", () => {
    const authorities = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    const { stack } = onRds(AwsDatabase.rdsInstance({ database: "mysql", authorities }));
    expect(bundleOf(stack, "web", "web-a")).toContain('/DB_TLS_CA","content"');
    expect(bundleOf(onRds().stack, "web", "web-a")).not.toContain('/DB_TLS_CA","content"');
  });

  test("may be destroyed when the program says so", () => {
    const { stack } = onRds(AwsDatabase.rdsInstance({ database: "mysql", protected: false, finalSnapshot: false }));
    const database = at(stack, "db/Resource");
    expect(database).toMatchObject({ deletion_protection: false, skip_final_snapshot: true });
    expect(database.lifecycle).toMatchObject({ prevent_destroy: false });
  });
});

test("an RDS cluster has three servers, and readers that answer", () => {
  const { stack } = onRds(AwsDatabase.rdsCluster({ database: "postgresql" }));
  expect(parts(stack)).toEqual({ aws_db_subnet_group: 1, aws_rds_cluster: 1, aws_rds_cluster_parameter_group: 1 });
  expect(at(stack, "db/Resource")).toMatchObject({
    cluster_identifier: "shop-cloud-db",
    engine: "postgres",
    engine_version: "17",
    db_cluster_instance_class: "db.c6gd.medium",
    storage_encrypted: true,
    allocated_storage: 20,
    deletion_protection: true,
    master_username: "shop",
    master_password_wo: "${var.db_shop_password}",
    lifecycle: { prevent_destroy: true },
  });
  expect(
    Hive.of(stack)
      .manifest()
      .tiers[0]!.endpoints.map(({ kind, port }) => [kind, port]),
  ).toEqual([
    ["writer", 5432],
    ["reader", 5432],
  ]);
});

test.each([
  [{ gibibytes: 100 }, 500],
  [{ gibibytes: 100, maxGibibytes: 110 }, 110],
  [{ gibibytes: 20_000 }, 65_536],
  [{ gibibytes: 65_536 }, undefined],
])("a disk of RDS with %j grows to %j GiB", (disk, most) => {
  const { stack } = onRds(AwsDatabase.rdsInstance({ database: "mysql", ...disk }));
  expect(at(stack, "db/Resource").max_allocated_storage).toBe(most);
});

describe("what RDS refuses", () => {
  const { rdsInstance, rdsCluster } = AwsDatabase;
  test.each<[string, Parameters<typeof onRds>, RegExp]>([
    [
      "a version that is none",
      [rdsInstance({ database: "mysql", version: "latest" })],
      /shop\/db: engine\.version is "latest", which is no version of mysql; write it like "8\.4"/,
    ],
    [
      "a class that is none",
      [rdsInstance({ database: "mysql", size: "t4g.small" })],
      /engine\.size is "t4g\.small"; it is no DB instance class\. Write it like "db\.t4g\.small"/,
    ],
    [
      "servers without disks for a cluster",
      [rdsCluster({ database: "mysql", size: "db.m6g.large" })],
      /engine\.size is "db\.m6g\.large".*a family with a d/,
    ],
    [
      "a cluster of MariaDB",
      [rdsCluster({ database: "mariadb" as never })],
      /engine\.database is "mariadb".*MySQL and PostgreSQL only/,
    ],
    [
      "a second database",
      [rdsInstance({ database: "mysql" }), { databases: ["shop", "blog"] }],
      /databases is shop, blog, but the engine is "aws-rds-instance"; RDS makes one database/,
    ],
    [
      "an account with a long name",
      [rdsInstance({ database: "mysql" }), { databases: ["the_great_shop_of_all"] }],
      /databases\.0\.user is "the_great_shop_of_all"; RDS takes a letter, then up to 15/,
    ],
    [
      "a disk that would have to shrink",
      [rdsInstance({ database: "mysql", gibibytes: 50, maxGibibytes: 40 })],
      /engine\.maxGibibytes is 40; AWS lets a disk of 50 GiB grow to 55 or more\. Raise it/,
    ],
    [
      "a window that is none",
      [rdsInstance({ database: "mysql", maintenanceWindow: "Sunday" })],
      /engine\.maintenanceWindow is "Sunday"; must be like "sun:03:00-sun:03:30"/,
    ],
    [
      "a window in the other one",
      [rdsInstance({ database: "mysql", backupWindow: "02:45-03:15" })],
      /engine\.backupWindow is "02:45-03:15"; it overlaps with maintenanceWindow, sun:03:00-sun:03:30/,
    ],
    [
      "an interval that AWS does not have",
      [rdsInstance({ database: "mysql", monitoring: Duration.seconds(7) })],
      /engine\.monitoring is "7 s"; AWS takes 1, 5, 10, 15, 30, 60 seconds/,
    ],
    [
      "the name of a file as certificates",
      [rdsInstance({ database: "mysql", authorities: "bundle.pem" })],
      /engine\.authorities is "bundle\.pem".*Give the text/,
    ],
    [
      "one zone for two servers",
      [rdsInstance({ database: "mysql" }), { site: { zones: ["a"] } }],
      /site\.zones is a; a database with standbys needs 2 zones or more/,
    ],
    [
      "two zones for three servers",
      [rdsCluster({ database: "mysql" }), { site: { zones: ["a", "b"] } }],
      /site\.zones is a, b; a database with standbys needs 3 zones or more/,
    ],
  ])("%s", (_, args, message) => {
    expect(() => onRds(...args)).toThrow(message);
  });
});

describe("a promise on the clouds' own parts", () => {
  const promising = (rto: Duration) => {
    const { stack, entrance } = managedShop({ database: { database: "mysql" } });
    new AvailabilityPromise(stack, "slo", {
      entrance,
      availability: "99.8%",
      rto: { zone: rto },
      rpo: { zone: Duration.seconds(0) },
    });
    return stack;
  };

  test("is predicted from AWS's SLAs and guides", () => {
    const stack = promising(Duration.seconds(200));
    expect(() => synthAws(stack)).not.toThrow();
    const manifest = Hive.of(stack).manifest();
    expect(manifest.resources.others).toEqual([]);
    const { nodes } = manifest.structure;
    expect(nodes["load balancer shop/entrance"]).toMatchObject({ provenance: "sla", in: ["site cloud"] });
    expect(nodes["database shop/db"]!.probability[1]).toBeCloseTo(5e-4, 12);
    const { total, exact, worst } = predict(manifest).prediction;
    expect(exact).toBe(true);
    expect(total.unavailability.likely).toBeCloseTo(6.5e-4, 5);
    expect(worst.zone!.rpo.seconds).toBe(0);
    const recoveries = worst.zone!.recoveries.map(({ tier, decidedBy, seconds }) => [tier, decidedBy, seconds]);
    expect(recoveries).toEqual(
      expect.arrayContaining([
        ["shop/web", "shop/entrance", 12],
        ["shop/db", "shop/db", 126],
        ["shop/entrance", "shop/entrance", 60],
      ]),
    );
    expect(worst.machine!.rtoSeconds).toBe(126);
  });

  test("of less time than RDS takes fails synth, and says what is quicker", () => {
    expect(() => synthAws(promising(Duration.seconds(70)))).toThrow(
      /RTO zone is promised as 70 s.*AwsDatabase\.rdsCluster/s,
    );
  });
});
