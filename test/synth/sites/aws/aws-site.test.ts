import { GaleraCluster, HaWebTier, HealthCheckedLoadBalancer, Machines } from "../../../../lib";
import { AwsSite, ElasticIp } from "../../../../lib/aws";
import { TerraformVariable, type TerraformResource, type TerraformStack } from "../../../../lib/cdktf";
import { Hive } from "../../../../lib/stack/hive";
import { at, awsShop, awsSite, counts, publicKeyFile, siteProps, synthAws, withEntrance } from "../../../support/aws";
import { bundleOf, phpShop } from "../../../support/hive";

type Rule = Readonly<Record<string, string | number | null>>;

/** What a tier's security group lets in: the rules' keys, with what stands for the source. */
function letIn(stack: TerraformStack, tier: string): Record<string, string> {
  const rules = at(stack, `cloud/firewall/tiers/${tier}/in/Resource`).for_each as Record<string, Rule>;
  return Object.fromEntries(
    Object.entries(rules).map(([key, { protocol, first, last, group, ipv4, ipv6 }]) => {
      const source = String(group ?? ipv4 ?? ipv6).replace(/_[0-9A-F]{8}(?=\.)/, "");
      return [key, `${protocol} ${first}-${last} from ${source}`];
    }),
  );
}

const groupOf = (tier: string) => `\${aws_security_group.cloud_firewall_tiers_${tier}.id}`;

describe("what it makes", () => {
  test("a region with three zones, a database and web servers", () => {
    expect(counts(awsShop().stack)).toEqual({
      aws_default_security_group: 1,
      aws_ebs_volume: 3,
      aws_eip: 3,
      aws_flow_log: 1,
      aws_iam_instance_profile: 1,
      aws_iam_role: 1,
      aws_iam_role_policy: 1,
      aws_instance: 7,
      aws_internet_gateway: 1,
      aws_key_pair: 1,
      aws_nat_gateway: 3,
      aws_route: 4,
      aws_route_table: 4,
      aws_route_table_association: 6,
      aws_s3_bucket: 1,
      aws_s3_bucket_lifecycle_configuration: 1,
      aws_s3_bucket_policy: 1,
      aws_s3_bucket_public_access_block: 1,
      aws_s3_bucket_server_side_encryption_configuration: 1,
      aws_security_group: 4,
      aws_subnet: 6,
      aws_volume_attachment: 3,
      aws_vpc: 1,
      aws_vpc_security_group_egress_rule: 2,
      aws_vpc_security_group_ingress_rule: 4,
    });
  });

  test("one NAT gateway for all, when that is what the program wants", () => {
    const { stack, site } = awsShop({ site: { nat: "single" } });
    expect(counts(stack)).toMatchObject({ aws_nat_gateway: 1, aws_eip: 1, aws_route: 4 });
    expect(site.sharedNatZone?.name).toBe("eu-central-1a");
    const gateway = (zone: string) => at(stack, `cloud/network/${zone}/private-internet`).nat_gateway_id;
    expect(gateway("c")).toBe(gateway("a"));
  });

  test("public machines need no NAT gateway", () => {
    const { aws_nat_gateway, aws_eip, aws_route } = counts(awsShop({ site: { placement: "public" } }).stack);
    expect({ aws_nat_gateway, aws_eip, aws_route }).toEqual({ aws_route: 1 });
  });

  test("in an existing VPC, no network", () => {
    const subnet = (n: number) => ({ private: `subnet-0123456789abcdef${n}` });
    const vpc = { id: "vpc-0123456789abcdef0", subnets: { a: subnet(1), b: subnet(2), c: subnet(3) } };
    const { stack } = awsShop({ site: { vpc, ssh: { bastion: undefined, from: ["10.9.0.0/16"] } } });
    expect(counts(stack)).toEqual({
      aws_ebs_volume: 3,
      aws_iam_instance_profile: 1,
      aws_iam_role: 1,
      aws_iam_role_policy: 1,
      aws_instance: 6,
      aws_key_pair: 1,
      aws_security_group: 3,
      aws_volume_attachment: 3,
      aws_vpc_security_group_egress_rule: 1,
      aws_vpc_security_group_ingress_rule: 3,
    });
  });

  test("logical ids are contract: they come from names, never from positions", () => {
    const { resource } = synthAws(awsShop().stack);
    expect(Object.keys(resource.aws_instance!).sort()).toEqual([
      "cloud_bastion_89480CF3",
      "cloud_db-a_BA9602A3",
      "cloud_db-b_18A23669",
      "cloud_db-c_C6262950",
      "cloud_web-a_9B9EF102",
      "cloud_web-b_746F9054",
      "cloud_web-c_DCA981C3",
    ]);
    expect(Object.keys(resource.aws_subnet!).sort()).toEqual([
      "cloud_network_a_private_07774AE7",
      "cloud_network_a_public_92F2CDD5",
      "cloud_network_b_private_2EBBEB4D",
      "cloud_network_b_public_7B2D441D",
      "cloud_network_c_private_50D6D829",
      "cloud_network_c_public_FBB156C9",
    ]);
    expect(Object.keys(resource.aws_ebs_volume!).sort()).toEqual([
      "cloud_db-a_volume_F9E301F7",
      "cloud_db-b_volume_57585F6A",
      "cloud_db-c_volume_C3A7E911",
    ]);
  });

  test("everything is made with the site's own provider", () => {
    const { provider, resource, data } = synthAws(awsShop().stack);
    expect(provider.aws).toEqual([{ alias: "cloud", region: "eu-central-1" }]);
    const all = [...Object.entries(resource), ...Object.entries(data)].filter(([type]) => type.startsWith("aws_"));
    const providers = all.flatMap(([, resources]) => Object.values(resources).map((one) => one.provider));
    expect(new Set(providers)).toEqual(new Set(["aws.cloud"]));
  });

  test("two sites have a provider each", () => {
    const { stack } = awsSite();
    new AwsSite(stack, "ireland", siteProps({ region: "eu-west-1", cidr: "10.65.0.0/16" }));
    const { provider, resource } = synthAws(stack);
    expect(provider.aws).toEqual([
      { alias: "cloud", region: "eu-central-1" },
      { alias: "ireland", region: "eu-west-1" },
    ]);
    expect(Object.values(resource.aws_vpc!).map((vpc) => vpc.provider)).toEqual(["aws.cloud", "aws.ireland"]);
  });

  test("everything that takes tags carries the stack's, and the user's", () => {
    const { resource } = synthAws(awsShop({ site: { tags: { owner: "shop team" } } }).stack);
    const untagged = [
      "aws_iam_role_policy",
      "aws_route",
      "aws_route_table_association",
      "aws_s3_bucket_lifecycle_configuration",
      "aws_s3_bucket_policy",
      "aws_s3_bucket_public_access_block",
      "aws_s3_bucket_server_side_encryption_configuration",
      "aws_volume_attachment",
    ];
    const types = Object.keys(resource).filter((type) => type.startsWith("aws_"));
    const missing = types.flatMap((type) =>
      Object.entries(resource[type]!)
        .filter(([, { tags }]) => {
          const { owner, Name, "beehive:stack": stack } = (tags ?? {}) as Record<string, string>;
          return owner !== "shop team" || stack !== "shop" || Name === undefined;
        })
        .map(() => type),
    );
    expect([...new Set(missing)].sort()).toEqual(untagged);
  });

  test("a machine says which tier it works for", () => {
    expect(at(awsShop().stack, "cloud/db-b/Resource").tags).toEqual({
      Name: "db-b",
      "beehive:stack": "shop",
      "beehive:tier": "db",
    });
  });
});

describe("the network", () => {
  test("a zone's subnets come from its letter", () => {
    const { stack } = awsShop({ site: { zones: ["c", "a", "eu-central-1f"], ssh: { bastion: { zone: "c" } } } });
    const subnet = (zone: string, kind: string) => {
      const { availability_zone, cidr_block } = at(stack, `cloud/network/${zone}/${kind}`);
      return `${availability_zone as string} ${cidr_block as string}`;
    };
    expect(["a", "c", "f"].map((zone) => [subnet(zone, "private"), subnet(zone, "public")])).toEqual([
      ["eu-central-1a 10.64.0.0/20", "eu-central-1a 10.64.128.0/20"],
      ["eu-central-1c 10.64.32.0/20", "eu-central-1c 10.64.160.0/20"],
      ["eu-central-1f 10.64.80.0/20", "eu-central-1f 10.64.208.0/20"],
    ]);
  });

  test("each zone's private subnet goes out through its own NAT gateway", () => {
    const { stack } = awsShop();
    for (const zone of ["a", "b", "c"]) {
      const id = (part: string) => expect.stringContaining(`cloud_network_${zone}_${part}_`) as unknown;
      expect(at(stack, `cloud/network/${zone}/private-internet`)).toMatchObject({
        destination_cidr_block: "0.0.0.0/0",
        nat_gateway_id: id("nat"),
        route_table_id: id("private-routes"),
      });
      expect(at(stack, `cloud/network/${zone}/nat`)).toMatchObject({ subnet_id: id("public") });
    }
  });

  test("the group that AWS gives to whatever names none lets nothing in or out", () => {
    const { ingress, egress } = at(awsShop().stack, "cloud/network/default-security-group");
    expect([ingress, egress]).toEqual([undefined, undefined]);
  });
});

describe("who talks to whom", () => {
  test("the database is open to its own nodes and to the web servers, at their ports", () => {
    const db = groupOf("db");
    const web = groupOf("web");
    expect(letIn(awsShop().stack, "db")).toEqual({
      "tcp-3306-shop/db": `tcp 3306-3306 from ${db}`,
      "tcp-3306-shop/web": `tcp 3306-3306 from ${web}`,
      "tcp-4444-shop/db": `tcp 4444-4444 from ${db}`,
      "tcp-4567-shop/db": `tcp 4567-4567 from ${db}`,
      "tcp-4568-shop/db": `tcp 4568-4568 from ${db}`,
      "tcp-9200-shop/db": `tcp 9200-9200 from ${db}`,
      "tcp-9200-shop/web": `tcp 9200-9200 from ${web}`,
    });
  });

  test("web servers without a load balancer are open to nobody but the database, which asks whether they reach it", () => {
    expect(letIn(awsShop().stack, "web")).toEqual({ "tcp-3307-shop/db": `tcp 3307-3307 from ${groupOf("db")}` });
  });

  test("web servers are open to the load balancers, at the application's port", () => {
    expect(letIn(withEntrance().stack, "web")).toEqual({
      "tcp-3307-shop/db": `tcp 3307-3307 from ${groupOf("db")}`,
      "tcp-8080-shop/entrance": `tcp 8080-8080 from ${groupOf("entrance")}`,
    });
  });

  test("the entrance alone is open to the world, and its machines talk to each other about who has the address", () => {
    const { stack } = withEntrance();
    const rules = letIn(stack, "entrance");
    const [vrrp] = Object.keys(rules).filter((key) => key.startsWith("vrrp-"));
    expect(rules).toEqual({
      "tcp-80-world": "tcp 80-80 from 0.0.0.0/0",
      "icmp-fragmentation-needed-world": "icmp 3-4 from 0.0.0.0/0",
      [vrrp!]: `112 null-null from ${groupOf("entrance")}`,
      // Where servers ask whether they are in rotation.
      "tcp-18232-shop/web": `tcp 18232-18232 from ${groupOf("web")}`,
      // Where load balancers ask each other whether they have servers.
      "tcp-18232-shop/entrance": `tcp 18232-18232 from ${groupOf("entrance")}`,
    });
    const { resource } = synthAws(stack);
    const open = Object.values(resource.aws_vpc_security_group_ingress_rule!).filter((rule) =>
      JSON.stringify(rule).includes("0.0.0.0/0"),
    );
    expect(open).toHaveLength(1);
  });

  test("a machine is in the group of all machines and in those of its tiers", () => {
    const { stack, site } = awsSite();
    const machines = Machines.named("all-a", "all-b", "all-c");
    new GaleraCluster(stack, "db", { site, machines, databases: ["shop"] });
    new HaWebTier(stack, "web", { site, machines, app: phpShop() });
    const { vpc_security_group_ids, tags } = at(stack, "cloud/all-b/Resource");
    expect(vpc_security_group_ids).toEqual([
      expect.stringMatching(/cloud_firewall_[0-9A-F]{8}\.id/),
      expect.stringContaining("cloud_firewall_tiers_db_"),
      expect.stringContaining("cloud_firewall_tiers_web_"),
    ]);
    expect(tags).toMatchObject({ "beehive:tier": "db+web" });
  });

  test("SSH comes from the bastion alone, and to the bastion from those who deploy", () => {
    const { stack } = awsShop();
    expect(Object.keys(at(stack, "cloud/firewall/ssh/Resource").for_each as object)).toEqual(["bastion"]);
    expect(at(stack, "cloud/bastion/ssh-198.51.100.7--32")).toMatchObject({
      cidr_ipv4: "198.51.100.7/32",
      from_port: 22,
      to_port: 22,
    });
  });

  test("without a bastion SSH comes from those who deploy", () => {
    const { stack } = awsShop({
      site: { placement: "public", ssh: { bastion: undefined, from: ["198.51.100.0/24"] } },
    });
    const rules = at(stack, "cloud/firewall/ssh/Resource").for_each as Record<string, Rule>;
    expect(rules).toEqual({
      "198.51.100.0/24": {
        protocol: "tcp",
        first: 22,
        last: 22,
        group: null,
        ipv4: "198.51.100.0/24",
        ipv6: null,
        description: "SSH",
      },
    });
  });
});

describe("machines", () => {
  test("metadata needs a session, disks are encrypted, and what is for new machines changes no old one", () => {
    expect(at(awsShop().stack, "cloud/web-a/Resource")).toMatchObject({
      instance_type: "t3.small",
      metadata_options: { http_endpoint: "enabled", http_tokens: "required", http_put_response_hop_limit: 1 },
      root_block_device: { encrypted: true, volume_type: "gp3", volume_size: 16 },
      lifecycle: {
        create_before_destroy: true,
        ignore_changes: ["ami", "associate_public_ip_address", "key_name", "user_data"],
      },
    });
  });

  test("machines are private, load balancers public", () => {
    const { stack } = withEntrance();
    const place = (machine: string) => {
      const { subnet_id, associate_public_ip_address } = at(stack, `cloud/${machine}/Resource`);
      return [String(subnet_id).replace(/_[0-9A-F]{8}\.id/, ""), associate_public_ip_address];
    };
    expect(place("web-b")).toEqual(["${aws_subnet.cloud_network_b_private}", false]);
    expect(place("entrance-b")).toEqual(["${aws_subnet.cloud_network_b_public}", true]);
  });

  test("a machine that an entrance shares is public, whoever made it", () => {
    const { stack, site } = awsSite();
    const machines = Machines.named("all-a", "all-b", "all-c");
    const target = new HaWebTier(stack, "web", { site, machines, app: phpShop() });
    new HealthCheckedLoadBalancer(stack, "entrance", { site, machines, target });
    expect(at(stack, "cloud/all-a/Resource").subnet_id).toContain("cloud_network_a_public_");
  });

  test("user data is the same small text for all, and holds nothing of the tiers", () => {
    const { resource } = synthAws(withEntrance().stack);
    const texts = Object.values(resource.aws_instance!).map((server) => server.user_data);
    const [text, none] = [...new Set(texts)].sort((a) => (a === undefined ? 1 : -1));
    expect([typeof text, none]).toEqual(["string", undefined]);
    expect(Buffer.byteLength(text as string)).toBeLessThan(1024);
    expect(text).toContain("amazon-ssm-eu-central-1");
  });

  test("sizes are by tier, and an image is looked for each processor family", () => {
    const { stack } = awsShop({ site: { sizes: { db: "m7g.large" } } });
    const server = (name: string) => at(stack, `cloud/${name}/Resource`);
    expect([server("db-a").instance_type, server("web-a").instance_type]).toEqual(["m7g.large", "t3.small"]);
    expect(server("db-a").ami).toContain("data.aws_ami.cloud_image_arm64_");
    expect(at(stack, "cloud/image/arm64")).toMatchObject({
      owners: ["136693071363"],
      most_recent: true,
      filter: [
        { name: "name", values: ["debian-13-arm64-*"] },
        { name: "state", values: ["available"] },
      ],
    });
  });

  test("a given image is taken, and none is looked for", () => {
    const { stack } = awsShop({ site: { image: "ami-0123456789abcdef0" } });
    expect(at(stack, "cloud/web-a/Resource").ami).toBe("ami-0123456789abcdef0");
    expect(synthAws(stack).data.aws_ami).toBeUndefined();
  });

  test("a machine is made after its zone's way out, and no other zone's", () => {
    const depends = at(awsShop().stack, "cloud/web-b/Resource").depends_on as string[];
    expect(depends).toEqual(expect.arrayContaining([expect.stringContaining("cloud_network_b_private-internet_")]));
    expect(depends.filter((id) => /cloud_network_[ac]_/.test(id))).toEqual([]);
  });

  test("a new key has a new name, because the old pair stands until the new one is there", () => {
    const name = (content?: string) =>
      at(awsShop({ site: { ssh: { publicKeyFile: publicKeyFile(content) } } }).stack, "cloud/key/Resource").key_name;
    expect(name()).toMatch(/^shop\/cloud\/[0-9a-f]{8}$/);
    expect(name("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOtherOtherOtherOtherOtherOtherOtherOther0000\n")).not.toBe(
      name(),
    );
  });

  test("rollouts go to the private address, through the bastion", () => {
    const { connection } = at(awsShop().stack, "web/rollout/web-a") as { connection: Record<string, unknown> };
    expect(connection).toMatchObject({
      user: "admin",
      host: expect.stringMatching(/^\$\{aws_instance\.cloud_web-a_\w+\.private_ip\}$/) as unknown,
      bastion_host: expect.stringMatching(/^\$\{aws_instance\.cloud_bastion_\w+\.public_ip\}$/) as unknown,
    });
  });

  test("rollouts to public machines go to their public address", () => {
    const { stack } = awsShop({ site: { placement: "public", ssh: { bastion: undefined } } });
    const { connection } = at(stack, "web/rollout/web-a") as { connection: Record<string, unknown> };
    expect(connection.host).toMatch(/\.public_ip\}$/);
    expect(connection.bastion_host).toBeUndefined();
  });
});

describe("data", () => {
  test("a database node keeps its data on an encrypted volume that nobody destroys by mistake", () => {
    const { stack } = awsShop({ site: { dataVolumes: { db: { gibibytes: 50, iops: 6000, throughput: 250 } } } });
    expect(at(stack, "cloud/db-c/volume")).toMatchObject({
      availability_zone: "eu-central-1c",
      encrypted: true,
      size: 50,
      type: "gp3",
      iops: 6000,
      throughput: 250,
      final_snapshot: true,
      lifecycle: { prevent_destroy: true, ignore_changes: ["snapshot_id"] },
    });
  });

  test("a volume is taken from a machine only when that has stopped", () => {
    expect(at(awsShop().stack, "cloud/db-a/attachment")).toMatchObject({
      stop_instance_before_detaching: true,
      instance_id: expect.stringContaining("aws_instance.cloud_db-a_") as unknown,
      volume_id: expect.stringContaining("aws_ebs_volume.cloud_db-a_volume_") as unknown,
    });
  });

  test("web servers have none", () => {
    const { stack } = awsShop();
    expect(() => at(stack, "cloud/web-a/volume")).toThrow("No child with id: 'volume'");
  });
});

describe("rights in the account", () => {
  test("machines may be reached by Session Manager, and nothing else", () => {
    const { stack } = awsShop();
    expect(JSON.parse(at(stack, "cloud/identity/inline-session-manager").policy as string)).toEqual({
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Action: [
            "ssm:UpdateInstanceInformation",
            "ssmmessages:CreateControlChannel",
            "ssmmessages:CreateDataChannel",
            "ssmmessages:OpenControlChannel",
            "ssmmessages:OpenDataChannel",
          ],
          Resource: ["*"],
        },
      ],
    });
    const { resource } = synthAws(stack);
    expect(Object.keys(resource.aws_iam_role_policy!)).toHaveLength(1);
    expect(resource.aws_iam_role_policy_attachment).toBeUndefined();
  });

  test("without Session Manager there is no role, no agent and no text for the first boot", () => {
    const { stack } = awsShop({ site: { sessionManager: false } });
    expect(counts(stack)).not.toHaveProperty("aws_iam_role");
    const { iam_instance_profile, user_data } = at(stack, "cloud/web-a/Resource");
    expect([iam_instance_profile, user_data]).toEqual([undefined, undefined]);
  });

  test("what the application needs is added to the machines' role", () => {
    const permissions = {
      policies: ["arn:aws:iam::123456789012:policy/mail/sender"],
      statements: [{ actions: ["s3:GetObject"], resources: ["arn:aws:s3:::shop/*"] }],
    };
    const { stack } = awsShop({ site: { permissions } });
    expect(at(stack, "cloud/identity/policy-123456789012-policy.mail.sender").policy_arn).toBe(permissions.policies[0]);
    expect(JSON.parse(at(stack, "cloud/identity/inline-permissions").policy as string)).toEqual({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action: ["s3:GetObject"], Resource: ["arn:aws:s3:::shop/*"] }],
    });
  });

  test("what may lead to an administrator is given where it is said by name, in any case", () => {
    const policy = "arn:aws:iam::aws:policy/AmazonSSMFullAccess";
    const permissions = {
      policies: [policy],
      statements: [{ actions: ["sts:AssumeRole"], resources: ["arn:aws:iam::123456789012:role/reader"] }],
      mayBecomeAdministrator: ["sts:assumerole", policy],
    };
    const { stack } = awsShop({ site: { permissions } });
    expect(JSON.parse(at(stack, "cloud/identity/inline-permissions").policy as string)).toMatchObject({
      Statement: [{ Action: ["sts:AssumeRole"] }],
    });
    expect(at(stack, "cloud/identity/policy-aws-policy.AmazonSSMFullAccess").policy_arn).toBe(policy);
  });

  test("an instance profile that is there is taken", () => {
    const { stack } = awsShop({ site: { instanceProfile: "ours" } });
    expect(at(stack, "cloud/web-a/Resource").iam_instance_profile).toBe("ours");
  });
});

describe("an elastic IP", () => {
  test("Terraform makes it and never says who has it", () => {
    const { stack } = withEntrance();
    expect(at(stack, "entrance/elastic-ip")).toEqual({
      domain: "vpc",
      provider: "aws.cloud",
      tags: { Name: "entrance", "beehive:stack": "shop", "beehive:tier": "entrance" },
    });
    expect(counts(stack)).not.toHaveProperty("aws_eip_association");
  });

  test("load balancers have a role of their own, which may move that address and nothing else", () => {
    const { stack } = withEntrance();
    const profile = (machine: string) => at(stack, `cloud/${machine}/Resource`).iam_instance_profile;
    expect(profile("entrance-a")).toContain("aws_iam_instance_profile.entrance_identity_");
    expect(profile("web-a")).toContain("aws_iam_instance_profile.cloud_identity_");
    const { Statement } = JSON.parse(at(stack, "entrance/identity/inline-move-shop-entrance").policy as string) as {
      Statement: { Action: string; Resource: string }[];
    };
    expect([...new Set(Statement.map(({ Action }) => Action))]).toEqual([
      "ec2:AssociateAddress",
      "ec2:DescribeAddresses",
    ]);
    expect(Statement[0]!.Resource).toMatch(/:elastic-ip\/\$\{aws_eip\.entrance_elastic-ip_\w+\.allocation_id\}$/);
  });

  test("they reach EC2's API inside the VPC, in their own zones, and nobody else does", () => {
    const { stack } = withEntrance();
    expect(at(stack, "cloud/ec2-endpoint/Resource")).toMatchObject({
      service_name: "com.amazonaws.eu-central-1.ec2",
      vpc_endpoint_type: "Interface",
      private_dns_enabled: false,
      subnet_ids: [
        expect.stringContaining("cloud_network_a_public_"),
        expect.stringContaining("cloud_network_b_public_"),
      ],
    });
    expect(at(stack, "cloud/ec2-endpoint/in-entrance")).toMatchObject({
      from_port: 443,
      referenced_security_group_id: expect.stringContaining("cloud_firewall_tiers_entrance_") as unknown,
    });
  });

  test("the endpoint can be left out", () => {
    const { stack } = withEntrance({ site: { apiEndpoint: false } });
    expect(counts(stack)).not.toHaveProperty("aws_vpc_endpoint");
  });

  test("what moves it is told the address and the API's place by facts", () => {
    const bundle = bundleOf(withEntrance().stack, "entrance", "entrance-a");
    for (const fact of ["elastic-ip/shop-entrance", "elastic-ip-allocation/shop-entrance", "ec2-endpoint/cloud"]) {
      expect(bundle).toContain(`{{beehive:fact:${fact}}}`);
    }
  });

  test("rollouts wait for the rights and for the way to the API", () => {
    const { depends_on } = at(withEntrance().stack, "entrance/rollout/entrance-a");
    expect(depends_on).toEqual(
      expect.arrayContaining([
        expect.stringContaining("aws_iam_role_policy.entrance_identity_inline-move-shop-entrance_"),
        expect.stringContaining("aws_vpc_endpoint.cloud_ec2-endpoint_"),
      ]),
    );
  });

  test("one that the account has already is used and not made", () => {
    const { stack, site, web: target } = awsShop();
    const address = ElasticIp.existing("eipalloc-0123456789abcdef0");
    new HealthCheckedLoadBalancer(stack, "entrance", { site, servers: 2, target, address });
    expect(at(stack, "entrance/elastic-ip")).toEqual({ id: "eipalloc-0123456789abcdef0", provider: "aws.cloud" });
    expect(counts(stack).aws_eip).toBe(3);
  });

  test("two load balancers on the same machines share a profile and have an address each", () => {
    const { stack, site, web: target } = awsShop();
    const machines = Machines.named("lb-a", "lb-b");
    new HealthCheckedLoadBalancer(stack, "entrance", { site, machines, target });
    new HealthCheckedLoadBalancer(stack, "back", { site, machines, target, port: 8081 });
    expect(counts(stack)).toMatchObject({ aws_eip: 5, aws_iam_role: 2, aws_iam_role_policy: 4, aws_vpc_endpoint: 1 });
  });
});

describe("what fails together", () => {
  const fate = (nat: "per-zone" | "single", machine: string) =>
    Hive.of(awsShop({ site: { nat } }).stack).manifest().structure.nodes[machine]?.in;

  test("a web server fails with its zone and with the way out of its zone", () => {
    expect(fate("per-zone", "web-c")).toEqual(["zone cloud/c", "nat cloud/c"]);
  });

  test("a single NAT gateway is a fate that all zones share", () => {
    expect(fate("single", "web-c")).toEqual(["zone cloud/c", "nat cloud/a"]);
  });

  test("a database node needs no way out", () => {
    expect(fate("single", "db-c")).toEqual(["zone cloud/c"]);
  });
});

describe("the way out of the defaults", () => {
  test("every resource is reachable and can be overridden", () => {
    const { stack, site } = awsShop();
    const server = site.node.findChild("web-a").node.findChild("Resource") as TerraformResource;
    server.addOverride("credit_specification", { cpu_credits: "standard" });
    expect(at(stack, "cloud/web-a/Resource").credit_specification).toEqual({ cpu_credits: "standard" });
  });

  test("values that only Terraform knows are handed on", () => {
    const { stack } = awsSite();
    const variable = new TerraformVariable(stack, "image", { type: "string" });
    const site = new AwsSite(stack, "there", siteProps({ cidr: "10.65.0.0/16", image: variable.stringValue }));
    new HaWebTier(stack, "web", { site, servers: 2, app: phpShop() });
    expect(at(stack, "there/web-a/Resource").ami).toBe("${var.image}");
  });
});
