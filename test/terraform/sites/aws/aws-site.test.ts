import { HaWebTier, Machines } from "../../../../lib";
import { AwsSite } from "../../../../lib/aws";
import type { TerraformStack } from "../../../../lib/cdktf";
import { awsSite, publicKeyFile, siteProps, withEntrance, type AwsShopOptions } from "../../../support/aws";
import { phpShop } from "../../../support/hive";
import { describeWithMirror } from "../../../support/mirror";
import { Rehearsal, type PlannedChanges } from "../../../support/rehearsal";

jest.setTimeout(180_000);

const SECRETS = { db_cluster_secret: "0123456789abcdef", db_shop_password: "0123456789abcdef" };
const OTHER_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOtherOtherOtherOtherOtherOtherOtherOther0000";
const NOTHING: PlannedChanges = { created: [], updated: [], replaced: [], destroyed: [] };

/** Servers and networks only; volumes that a test may throw away. */
const shop = (options: AwsShopOptions = {}) =>
  withEntrance({
    infrastructure: true,
    ...options,
    site: { dataVolumes: { db: { protected: false } }, logs: { protected: false }, ...options.site },
  });

const webs = (...names: string[]): AwsShopOptions => ({
  web: { servers: undefined, machines: Machines.named(...names) },
});

/** Web servers alone, which two zones are enough for. */
function webOnly(zones: readonly string[], ...names: string[]): TerraformStack {
  const { stack, site } = awsSite({ zones }, true);
  new HaWebTier(stack, "web", { site, machines: Machines.named(...names), app: phpShop() });
  return stack;
}

/** Ids without the hashes at their ends, which say nothing to a reader. */
const plain = (addresses: readonly string[]) => addresses.map((address) => address.replace(/_[0-9A-F]{8}(?=$|\[)/, ""));

describeWithMirror("AWS", (mirror) => {
  const rehearsals: Rehearsal[] = [];
  const kept = (one: Rehearsal) => {
    rehearsals.push(one);
    return one;
  };
  const rehearsal = () => kept(new Rehearsal(mirror, SECRETS));
  const applied = (stack: TerraformStack) => {
    const one = rehearsal().program(stack);
    one.plan();
    one.apply();
    return one;
  };
  let base: Rehearsal | undefined;
  /** The shop, as it was applied. */
  const before = () => kept((base ??= applied(shop().stack)).copy());
  afterAll(() => rehearsals.forEach((one) => one.remove()));

  test("Terraform finds the stack valid, without a warning", () => {
    expect(rehearsal().program(withEntrance().stack).validate()).toMatchObject({ valid: true, warning_count: 0 });
  });

  test("the plan of everything makes servers, volumes and rollouts", () => {
    const { created, ...rest } = rehearsal().program(withEntrance().stack).plan();
    expect(rest).toEqual({ updated: [], replaced: [], destroyed: [] });
    const count = (type: string) => created.filter((address) => address.startsWith(`${type}.`)).length;
    expect({ servers: count("aws_instance"), volumes: count("aws_ebs_volume") }).toEqual({ servers: 9, volumes: 3 });
    // Eight preparations and rollouts, three mounts, eight memberships and the ends of three.
    expect(count("terraform_data")).toBe(8 + 8 + 3 + 8 + 3);
  });

  test("a second plan after apply is empty", () => {
    expect(before().plan()).toEqual(NOTHING);
  });

  test("a machine that is added adds a server and its tasks, and touches nothing else", () => {
    const { created, ...rest } = before()
      .program(shop({ web: { servers: 4 } }).stack)
      .plan();
    expect(rest).toEqual({ updated: [], replaced: [], destroyed: [] });
    expect(plain(created)).toEqual([
      "aws_instance.cloud_web-a-2",
      "terraform_data.cloud_web-a-2_prepare",
      'terraform_data.web_members["web-a-2"]',
      "terraform_data.web_rollout_web-a-2",
    ]);
  });

  test("a zone that is added adds its network and its machine, and touches nothing else", () => {
    const two = applied(webOnly(["a", "b"], "web-a", "web-b"));
    const { created, ...rest } = two.program(webOnly(["a", "b", "c"], "web-a", "web-b", "web-c")).plan();
    expect(rest).toEqual({ updated: [], replaced: [], destroyed: [] });
    expect(plain(created)).toEqual([
      "aws_eip.cloud_network_c_nat-address",
      "aws_instance.cloud_web-c",
      "aws_nat_gateway.cloud_network_c_nat",
      "aws_route.cloud_network_c_private-internet",
      "aws_route_table.cloud_network_c_private-routes",
      "aws_route_table_association.cloud_network_c_private-association",
      "aws_route_table_association.cloud_network_c_public-association",
      "aws_subnet.cloud_network_c_private",
      "aws_subnet.cloud_network_c_public",
      "terraform_data.cloud_web-c_prepare",
      'terraform_data.web_members["web-c"]',
      "terraform_data.web_rollout_web-c",
    ]);
  });

  test("a tier that is added adds its machines and the rules that let it in, and touches nothing else", () => {
    const { stack, site, db } = shop();
    new HaWebTier(stack, "api", { site, servers: 2, app: phpShop(), database: db });
    const { created, ...rest } = before().program(stack).plan();
    expect(rest).toEqual({ updated: [], replaced: [], destroyed: [] });
    expect(plain(created).filter((address) => address.startsWith("aws_"))).toEqual([
      "aws_instance.cloud_api-a",
      "aws_instance.cloud_api-b",
      "aws_security_group.cloud_firewall_tiers_api",
      'aws_vpc_security_group_ingress_rule.cloud_firewall_tiers_api_in["tcp-3307-shop/db"]',
      'aws_vpc_security_group_ingress_rule.cloud_firewall_tiers_db_in["tcp-3306-shop/api"]',
      'aws_vpc_security_group_ingress_rule.cloud_firewall_tiers_db_in["tcp-9200-shop/api"]',
    ]);
  });

  test("a machine that is removed in the middle takes only its own along", () => {
    const { destroyed, ...rest } = before()
      .program(shop(webs("web-a", "web-c")).stack)
      .plan();
    expect(rest).toEqual({ created: [], updated: [], replaced: [] });
    expect(plain(destroyed)).toEqual([
      "aws_instance.cloud_web-b",
      "terraform_data.cloud_web-b_prepare",
      'terraform_data.web_members["web-b"]',
      "terraform_data.web_rollout_web-b",
    ]);
  });

  test("a zone that is removed in the middle takes only its own along", () => {
    const three = applied(webOnly(["a", "b", "c"], "web-a", "web-b", "web-c"));
    const { destroyed, ...rest } = three.program(webOnly(["a", "c"], "web-a", "web-c")).plan();
    expect(rest).toEqual({ created: [], updated: [], replaced: [] });
    expect(plain(destroyed).every((address) => /_b_|web-b/.test(address))).toBe(true);
    expect(destroyed).toHaveLength(12);
  });

  test("another image or first boot changes no machine that is there", () => {
    const changed = { image: "ami-0123456789abcdef0", userData: "#cloud-config\n" };
    expect(
      before()
        .program(shop({ site: changed }).stack)
        .plan(),
    ).toEqual(NOTHING);
  });

  test("another key is for new machines: the pair is replaced and no machine is touched", () => {
    const { replaced, ...rest } = before()
      .program(shop({ site: { ssh: { publicKeyFile: publicKeyFile(OTHER_KEY) } } }).stack)
      .plan();
    expect(rest).toEqual({ created: [], updated: [], destroyed: [] });
    expect(plain(replaced)).toEqual(["aws_key_pair.cloud_key"]);
  });

  test("a larger volume grows in place", () => {
    const site = { dataVolumes: { db: { gibibytes: 100, protected: false } }, logs: { protected: false } };
    const { updated, ...rest } = before().program(shop({ site }).stack).plan();
    expect(rest).toEqual({ created: [], replaced: [], destroyed: [] });
    expect(plain(updated)).toEqual(["a", "b", "c"].map((zone) => `aws_ebs_volume.cloud_db-${zone}_volume`));
  });

  test("logs and termination protection come to what runs already: a flow log and its bucket are added, nothing is made anew", () => {
    const without = shop({ site: { flowLogs: "none", terminationProtection: false } }).stack;
    const { created, updated, ...rest } = applied(without).program(shop().stack).plan();
    expect(rest).toEqual({ replaced: [], destroyed: [] });
    expect(plain(updated)).toEqual(["a", "b", "c"].map((zone) => `aws_instance.cloud_db-${zone}`));
    expect(plain(created).sort()).toEqual([
      "aws_flow_log.cloud_flow-log",
      "aws_s3_bucket.cloud_logs",
      "aws_s3_bucket_lifecycle_configuration.cloud_logs_old-logs",
      "aws_s3_bucket_policy.cloud_logs_tls-only",
      "aws_s3_bucket_public_access_block.cloud_logs_public-access",
      "aws_s3_bucket_server_side_encryption_configuration.cloud_logs_encryption",
    ]);
  });

  test("destroy leaves nothing behind", () => {
    const whole = before();
    whole.destroy();
    expect(whole.state()).toEqual([]);
  });

  test("destroy is refused while a data volume is protected", () => {
    const whole = before().program(shop({ site: { dataVolumes: {} } }).stack);
    expect(() => whole.destroy()).toThrow("Instance cannot be destroyed");
  });

  test("two sites of one stack work in their own regions", () => {
    const { stack } = shop();
    const there = new AwsSite(stack, "ireland", siteProps({ region: "eu-west-1", cidr: "10.65.0.0/16" }));
    new HaWebTier(stack, "status", { site: there, servers: 2, app: phpShop() });
    const { created, ...rest } = rehearsal().program(stack).plan();
    expect(rest).toEqual({ updated: [], replaced: [], destroyed: [] });
    expect(plain(created)).toEqual(expect.arrayContaining(["aws_vpc.cloud_network", "aws_vpc.ireland_network"]));
  });

  test("a zone that the account does not have is refused before anything is made", () => {
    expect(
      rehearsal()
        .program(shop({ site: { zones: ["a", "b", "d"] } }).stack)
        .refusal(),
    ).toContain(
      "Your account has no zone eu-central-1d in eu-central-1; it has eu-central-1a, eu-central-1b, eu-central-1c.",
    );
  });

  describe("in an existing VPC", () => {
    const ID = "vpc-0de1a017de1a017de";
    const inZone = (zone: number) => ({
      private: `subnet-0${zone}ac1f000014de1a0`,
      public: `subnet-0${(zone + 8).toString(16)}ac1f000014de1a0`,
    });
    const vpc = (id: string, ...zones: number[]) => ({
      id,
      subnets: Object.fromEntries(["a", "b", "c"].map((letter, i) => [letter, inZone(zones[i]!)])),
    });
    const existing = (id: string, ...zones: number[]) =>
      rehearsal().program(shop({ site: { vpc: vpc(id, ...zones), dataVolumes: {} } }).stack);

    test("machines stand in its subnets, and no network is made", () => {
      const { created } = existing(ID, 1, 2, 3).plan();
      expect(created.filter((address) => /^aws_(vpc|subnet|route|nat_gateway)\b/.test(address))).toEqual([]);
      expect(created.filter((address) => address.startsWith("aws_instance."))).toHaveLength(9);
    });

    test("a subnet of another VPC is refused", () => {
      expect(existing("vpc-0123456789abcdef0", 1, 2, 3).refusal()).toContain(
        "vpc.subnets.a.private is subnet-01ac1f000014de1a0, which is in vpc-0de1a017de1a017de, but vpc.id is " +
          "vpc-0123456789abcdef0; machines of two VPCs do not reach each other.",
      );
    });

    test("a subnet of another zone is refused", () => {
      expect(existing(ID, 2, 1, 3).refusal()).toContain(
        "vpc.subnets.a.private is subnet-02ac1f000014de1a0, which is in eu-central-1b and not in eu-central-1a",
      );
    });
  });
});
