import * as fs from "node:fs";
import * as path from "node:path";
import { Duration, HaWebTier, HealthCheckedLoadBalancer, WebApp } from "../../../../lib";
import { AwsAutoScaling, type AwsGroupProps } from "../../../../lib/aws";
import { TerraformVariable, type TerraformStack } from "../../../../lib/cdktf";
import { manifestSchema } from "../../../../lib/manifest/manifest-schema";
import { at, awsShop, awsSite, counts, synthAws } from "../../../support/aws";
import { scaledShop, type AwsGroupOptions } from "../../../support/aws-engines";
import { fullSynth, phpShop, scratch, shop, SHOP_APP } from "../../../support/hive";

const manifestOf = (options: AwsGroupOptions = {}) =>
  manifestSchema.parse(JSON.parse(fullSynth(scaledShop(options).stack).read("beehive.json")));

/** A group alone, in the zones that are named. */
function groupIn(zones: readonly string[], group: Partial<AwsGroupProps>, needed?: number): TerraformStack {
  const { stack, site } = awsSite({ zones });
  new HaWebTier(stack, "web", { site, needed, scaling: AwsAutoScaling.group({ max: 20, ...group }), app: phpShop() });
  return stack;
}

const id = (name: string) => expect.stringMatching(new RegExp(`^\\$\\{${name}_[0-9A-F]{8}\\.`));

describe("an auto scaling group", () => {
  const { stack } = scaledShop();
  const group = at(stack, "web/Resource");

  test("stands in the place of the servers, and nothing else changes", () => {
    const fixed = counts(awsShop().stack);
    const { aws_instance: machines, ...scaled } = counts(stack);
    expect(machines).toBe(fixed.aws_instance! - 3);
    expect(scaled).toMatchObject({
      aws_autoscaling_group: 1,
      aws_autoscaling_lifecycle_hook: 1,
      aws_autoscaling_policy: 1,
      aws_launch_template: 1,
      aws_s3_bucket: 1 + fixed.aws_s3_bucket!,
      aws_s3_object: 4,
      aws_secretsmanager_secret: 1,
      aws_secretsmanager_secret_version: 1,
    });
  });

  test("has as many servers as the loss of a zone takes, and no more than the program says", () => {
    expect(group).toMatchObject({ min_size: 3, desired_capacity: 3, max_size: 9 });
    const wanted = at(groupIn(["a", "b", "c"], {}, 4), "web/Resource");
    expect(wanted).toMatchObject({ min_size: 6, desired_capacity: 6, max_size: 20 });
  });

  test("lets the load decide how many there are, after the first start", () => {
    expect(group.lifecycle).toEqual({
      ignore_changes: ["desired_capacity", "initial_lifecycle_hook", "wait_for_capacity_timeout"],
    });
  });

  test("is spread over the private subnets of all zones", () => {
    expect(group.vpc_zone_identifier).toEqual([
      id("aws_subnet.cloud_network_a_private"),
      id("aws_subnet.cloud_network_b_private"),
      id("aws_subnet.cloud_network_c_private"),
    ]);
  });

  test("believes the load balancer, and registers its servers there", () => {
    expect(group).toMatchObject({
      health_check_type: "ELB",
      health_check_grace_period: 60,
      default_instance_warmup: 60,
      capacity_rebalance: false,
      target_group_arns: [id("aws_lb_target_group.entrance_targets")],
    });
  });

  test("counts on no server before it is configured, and ends those that are not in time", () => {
    const hook = {
      name: "configured",
      lifecycle_transition: "autoscaling:EC2_INSTANCE_LAUNCHING",
      default_result: "ABANDON",
      heartbeat_timeout: 600,
    };
    expect(group.initial_lifecycle_hook).toEqual([hook]);
    expect(at(stack, "web/configured")).toMatchObject(hook);
  });

  test("replaces its servers when the template changes, and leaves in service those that are needed", () => {
    expect(group.launch_template).toEqual({
      id: id("aws_launch_template.web_template"),
      version: expect.stringContaining(".latest_version}"),
    });
    expect(group.instance_refresh).toEqual({
      strategy: "Rolling",
      preferences: { min_healthy_percentage: 66, auto_rollback: true, skip_matching: true },
    });
  });

  test("follows its processors", () => {
    expect(at(stack, "web/cpu")).toMatchObject({
      policy_type: "TargetTrackingScaling",
      target_tracking_configuration: {
        predefined_metric_specification: { predefined_metric_type: "ASGAverageCPUUtilization" },
        target_value: 50,
      },
    });
  });

  test("comes after the database", () => {
    expect(group.depends_on).toEqual(
      expect.arrayContaining([expect.stringMatching(/^terraform_data\.db_rollout_db-c_/)]),
    );
  });

  test("puts its tags on the servers, with those of the site", () => {
    const tagged = scaledShop({ site: { tags: { team: "shop" } } }).stack;
    const tags = { team: "shop", Name: "web", "beehive:stack": "shop", "beehive:tier": "web" };
    expect(at(tagged, "web/Resource").tag).toEqual(
      Object.entries(tags).map(([key, value]) => ({ key, value, propagate_at_launch: true })),
    );
    expect(at(tagged, "web/template/Resource").tag_specifications).toEqual(
      ["instance", "volume", "network-interface"].map((resource_type) => ({ resource_type, tags })),
    );
  });

  test("is reached by the load balancer only, and reaches the database by its security group", () => {
    const rules = (tier: string) =>
      Object.keys(at(stack, `cloud/firewall/tiers/${tier}/in/Resource`).for_each as object);
    expect(rules("web")).toEqual(["tcp-8080-shop/entrance"]);
    expect(rules("db").filter((key) => !key.endsWith("shop/db"))).toEqual(["tcp-3306-shop/web", "tcp-9200-shop/web"]);
  });
});

describe("the template", () => {
  test("has the site's security, disk and size for the tier", () => {
    const { stack } = scaledShop({ site: { sizes: { web: "m7g.large" }, rootGibibytes: 24 } });
    expect(at(stack, "web/template/Resource")).toMatchObject({
      instance_type: "m7g.large",
      image_id: id("data.aws_ami.cloud_image_arm64"),
      metadata_options: { http_endpoint: "enabled", http_tokens: "required", http_put_response_hop_limit: 1 },
      block_device_mappings: [
        { device_name: "/dev/xvda", ebs: { encrypted: "true", volume_type: "gp3", volume_size: 24 } },
      ],
      vpc_security_group_ids: [
        id("aws_security_group.cloud_firewall"),
        id("aws_security_group.cloud_firewall_tiers_web"),
      ],
      iam_instance_profile: { name: id("aws_iam_instance_profile.web_template_identity") },
    });
  });

  test("does not follow the images that Debian publishes, but the one that the program names", () => {
    const lifecycle = (image?: string) =>
      at(scaledShop({ site: { image } }).stack, "web/template/Resource").lifecycle as Record<string, unknown>;
    expect(lifecycle().ignore_changes).toEqual(["image_id"]);
    expect(lifecycle("ami-0123456789abcdef0").ignore_changes).toBeUndefined();
  });

  test("gives servers public addresses where all machines have them", () => {
    const { stack } = scaledShop({ site: { placement: "public" } });
    expect(at(stack, "web/template/Resource").network_interfaces).toEqual([
      {
        associate_public_ip_address: "true",
        delete_on_termination: "true",
        security_groups: [id("aws_security_group.cloud_firewall"), id("aws_security_group.cloud_firewall_tiers_web")],
      },
    ]);
    expect(at(stack, "web/Resource").vpc_zone_identifier).toContainEqual(id("aws_subnet.cloud_network_a_public"));
  });

  test("lets a server fetch exactly its objects and its secret, and say to its group that it is done", () => {
    const policy = at(scaledShop().stack, "web/template/identity/inline-first-start").policy as string;
    const { Statement } = JSON.parse(policy) as {
      Statement: { Effect: string; Action: string[]; Resource: string[] }[];
    };
    const bucket = /^\$\{aws_s3_bucket\.web_store_[0-9A-F]{8}\.arn\}\//;
    expect(Statement.map(({ Effect, Action }) => [Effect, ...Action])).toEqual([
      ["Allow", "s3:GetObjectVersion"],
      ["Allow", "secretsmanager:GetSecretValue"],
      ["Allow", "autoscaling:CompleteLifecycleAction"],
    ]);
    const [objects, secret, group] = Statement.map(({ Resource }) => Resource);
    expect(objects).toHaveLength(4);
    expect(objects!.every((arn) => bucket.test(arn) && !arn.includes("*"))).toBe(true);
    expect(secret).toEqual([id("aws_secretsmanager_secret.web_store_secret")]);
    expect(group).toEqual([
      "arn:aws:autoscaling:eu-central-1:*:autoScalingGroup:*:autoScalingGroupName/shop.cloud.web",
    ]);
  });
});

describe("what servers take along", () => {
  const { stack } = scaledShop();

  test("is in a bucket that nobody else looks into, encrypted, with old versions for old servers", () => {
    expect(at(stack, "web/store/Resource")).toMatchObject({ bucket_prefix: "shop-cloud-web-", force_destroy: false });
    expect(at(stack, "web/store/public-access")).toMatchObject({
      block_public_acls: true,
      block_public_policy: true,
      ignore_public_acls: true,
      restrict_public_buckets: true,
    });
    expect(at(stack, "web/store/encryption").rule).toEqual([
      { apply_server_side_encryption_by_default: { sse_algorithm: "AES256" } },
    ]);
    expect(at(stack, "web/store/versioning").versioning_configuration).toEqual({ status: "Enabled" });
    expect(at(stack, "web/store/old-versions").rule).toMatchObject([
      { status: "Enabled", noncurrent_version_expiration: [{ newer_noncurrent_versions: 20, noncurrent_days: 90 }] },
    ]);
    expect(at(stack, "web/store/tls-only").policy).toContain('"aws:SecureTransport":"false"');
  });

  test("is named within AWS's limits, whatever the tier is called", () => {
    const { stack: other, site } = awsSite();
    const tier = "w".repeat(60);
    new HaWebTier(other, tier, { site, scaling: AwsAutoScaling.group({ max: 4 }), app: phpShop() });
    const { resource } = synthAws(other);
    const prefixOf = (type: string, property: string) => String(Object.values(resource[type]!)[0]![property]).length;
    expect(prefixOf("aws_s3_bucket", "bucket_prefix")).toBeLessThanOrEqual(37);
    expect(prefixOf("aws_launch_template", "name_prefix")).toBeLessThanOrEqual(99);
  });

  test("is named to the server in exactly the version and with the hash that it was started for", () => {
    const text = at(stack, "web/template/Resource").user_data as string;
    const bundle = at(stack, "web/store/bundle");
    expect(text).toMatch(
      /^\$\{base64encode\(replace\(file\(join\("", \[path\.module, "\/beehive\/first-start\.[0-9a-f]{12}"\]\)\), /,
    );
    expect(text).toContain(`"sha256" = "${bundle.source_hash as string}"`);
    expect(text).toMatch(/"key" = "bundle", "version" = aws_s3_object\.web_store_bundle_[0-9A-F]{8}\.version_id/);
    expect(text).toMatch(
      /"version" = aws_secretsmanager_secret_version\.web_store_secret-version_[0-9A-F]{8}\.version_id/,
    );
  });

  test("is the program of Beehive's own for the first start, after the site's own text", () => {
    const { read } = fullSynth(stack);
    const text = at(stack, "web/template/Resource").user_data as string;
    const file = /first-start\.[0-9a-f]{12}/.exec(text)![0];
    expect(read(`beehive/${file}`)).toContain("amazon-ssm-agent.deb");
    expect(read(`beehive/${file}`)).toContain("#!/usr/bin/python3");
  });

  test("changes with the application the object and the template, and nothing else", () => {
    const source = scratch();
    fs.cpSync(SHOP_APP, source, { recursive: true });
    fs.writeFileSync(path.join(source, "news.html"), "<p>News</p>\n");
    const app = WebApp.php({ source, healthPath: "/health", packages: ["php-mysql"] });
    const [before, after] = [synthAws(stack).resource, synthAws(scaledShop({ web: { app } }).stack).resource];
    const all = (resource: typeof before) =>
      Object.entries(resource).flatMap(([type, these]) =>
        Object.entries(these).map(([name, one]) => [`${type}.${name}`, JSON.stringify(one)] as const),
      );
    const old = new Map(all(before));
    const changed = all(after).filter(([name, text]) => old.get(name) !== text);
    expect(changed.map(([name]) => name.replace(/_[0-9A-F]{8}$/, "")).sort()).toEqual([
      "aws_launch_template.web_template",
      "aws_s3_object.web_store_bundle",
    ]);
  });
});

describe("secrets", () => {
  function withKey(group: Partial<AwsGroupProps> = {}) {
    const { stack, site } = awsSite();
    const key = new TerraformVariable(stack, "api_key", { type: "string", sensitive: true });
    const app = WebApp.php({ source: SHOP_APP, healthPath: "/health", environment: { API_KEY: key.stringValue } });
    new HaWebTier(stack, "web", { site, scaling: AwsAutoScaling.group({ max: 6, ...group }), app });
    return stack;
  }

  test("are in the secret, and in nothing else that is synthesized", () => {
    const stack = withKey();
    const { resource } = synthAws(stack);
    const naming = Object.entries(resource).filter(([, these]) => JSON.stringify(these).includes("var.api_key"));
    expect(naming.map(([type]) => type)).toEqual(["aws_secretsmanager_secret_version"]);
    const { folder } = fullSynth(stack);
    const delivered = fs.readdirSync(path.join(folder, "beehive")).map((file) => path.join(folder, "beehive", file));
    expect(delivered.filter((file) => fs.readFileSync(file, "utf8").includes("var.api_key"))).toEqual([]);
  });

  test("stay out of the state, and can be restored for a week", () => {
    const stack = withKey();
    expect(at(stack, "web/store/secret")).toMatchObject({ name_prefix: "shop/cloud/web-", recovery_window_in_days: 7 });
    expect(at(stack, "web/store/secret-version")).toEqual({
      provider: "aws.cloud",
      secret_id: expect.any(String),
      secret_string_wo: '${jsonencode({"env/API_KEY" = var.api_key})}',
      secret_string_wo_version: '${parseint(substr(sha256(jsonencode({"env/API_KEY" = var.api_key})), 0, 7), 16)}',
      lifecycle: { create_before_destroy: true },
    });
  });

  test("are in the state where Terraform cannot leave them out", () => {
    const version = at(withKey({ writeOnlySecrets: false }), "web/store/secret-version");
    expect(version).toMatchObject({ secret_string: '${jsonencode({"env/API_KEY" = var.api_key})}' });
    expect(version).not.toHaveProperty("secret_string_wo");
  });
});

describe("the structure", () => {
  test("is the fewest servers, each in its zone and behind its gateway", () => {
    const { structure, tiers } = manifestOf();
    expect(structure.tiers["shop/web"]).toMatchObject({
      atLeast: 2,
      of: ["shop/web server a", "shop/web server b", "shop/web server c"],
      needs: ["shop/db"],
    });
    expect(structure.nodes["shop/web server b"]).toMatchObject({
      kind: "machine",
      in: ["zone cloud/b", "nat cloud/b"],
    });
    expect(tiers.find(({ path: tier }) => tier === "shop/web")).toMatchObject({
      atLeast: 2,
      machines: [],
      settings: {
        scaling: "aws-auto-scaling-group",
        servers: 3,
        most: 9,
        leftWithoutAZone: 2,
        cpuPercent: 50,
        startWithin: 600,
        warmUp: 60,
      },
    });
  });

  test("has two servers in some zones where there are more servers than zones", () => {
    const { of, growth } = manifestOf({ group: { min: 4 } }).structure.tiers["shop/web"]!;
    expect(of).toEqual(["shop/web server a", "shop/web server b", "shop/web server c", "shop/web server a-2"]);
    expect(growth).toEqual({ property: "scaling.min", step: 1, atLeast: "same", keep: "needed" });
  });
});

describe("refusals", () => {
  const VPC = "vpc-0123456789abcdef0";
  const subnets = (n: number) => ({ private: `subnet-0123456789abcde${n}0`, public: `subnet-0123456789abcde${n}1` });
  const existing = { vpc: { id: VPC, subnets: { a: subnets(1), b: subnets(2), c: subnets(3) } } };

  test.each<[string, Partial<AwsGroupProps>, string]>([
    ["one server", { min: 1 }, "scaling.min is 1; one server is a single point of failure; use 2 or more."],
    ["less than a whole server", { min: 2.5 }, "scaling.min is 2.5; must be a whole number."],
    ["more at least than at most", { min: 4, max: 3 }, "scaling.max is 3; it must not be less than the fewest servers"],
    ["a group that grows for ever", { cpuPercent: 5 }, "scaling.cpuPercent is 5; below 10 % a quiet group would grow"],
    ["no room to grow", { cpuPercent: 95 }, "scaling.cpuPercent is 95; above 90 % servers are overloaded"],
    ["an hour and more", { startWithin: Duration.minutes(121) }, 'scaling.startWithin is "121 min"; AWS takes whole'],
    ["a few days", { secretRecoveryDays: 3 }, "scaling.secretRecoveryDays is 3; AWS takes 0, or 7 to 30 days."],
    [
      "networks that are known",
      { networks: ["10.64.0.0/20"] },
      "scaling.networks is given, but Beehive made the site's",
    ],
    ["an unknown word", { size: "t3.small" } as never, 'scaling.size" is no property here'],
  ])("%s", (_, group, message) => {
    expect(() => scaledShop({ group })).toThrow(message);
  });

  test("fewer than two zones", () => {
    expect(() => groupIn(["a"], {})).toThrow(
      "shop/web: site.zones is a; an auto scaling group needs 2 zones or more, because it stands in each of them and survives the " +
        "loss of one. Name 2 in the site's zones.",
    );
  });

  test("as many servers as are needed, with the arithmetic", () => {
    expect(() => groupIn(["a", "b", "c"], { min: 4 }, 4)).toThrow(
      "shop/web: scaling.min is 4, but needed is 4: with 4 servers none can be spared. With 5 one server may fail; with 6 a whole " +
        "zone may (4 x 3 / 2, rounded up). Raise it, or lower needed.",
    );
  });

  test("a text for the first boot that leaves no room, by how much", () => {
    expect(() => scaledShop({ site: { userData: "#".repeat(16_000) } })).toThrow(
      /^shop\/web: the site's userData and the program that starts a server are \d+ bytes over AWS's limit of 16384 together\./,
    );
  });

  test("an existing VPC whose addresses only AWS knows; given ones are taken", () => {
    const { stack, site } = awsSite(existing);
    const make = (name: string, networks?: string[]) =>
      new HaWebTier(stack, name, { site, scaling: AwsAutoScaling.group({ max: 6, networks }), app: phpShop() });
    expect(() => make("one")).toThrow("shop/one: scaling.networks is missing, and the site is in an existing VPC");
    expect(() => make("two", ["10.1.0.1/20"])).toThrow('shop/two: scaling.networks.0 is "10.1.0.1/20"; it is no IPv4');
    expect(make("three", ["10.1.0.0/20", "10.1.16.0/20"]).scaled?.networks).toEqual(["10.1.0.0/20", "10.1.16.0/20"]);
  });

  test("a network that is too small for all servers that there may be", () => {
    const { stack } = scaledShop({ site: { cidr: "10.64.0.0/23" }, group: { max: 60 } });
    expect(() => synthAws(stack)).toThrow(
      /the private subnet of zone eu-central-1[abc] holds 27 addresses .* 31, 4 more than there are/,
    );
  });

  test("a site of another kind", () => {
    expect(() => shop({ web: { servers: undefined, scaling: AwsAutoScaling.group({ max: 6 }) } })).toThrow(
      'shop/web: scaling is "aws-auto-scaling-group", which only AwsSite has',
    );
  });

  test("a load balancer on machines of its own, which would have to know the servers by name", () => {
    const { stack, site, web: target } = scaledShop();
    expect(() => new HealthCheckedLoadBalancer(stack, "other", { site, servers: 2, target })).toThrow(
      /scaling|come and go/,
    );
  });
});
