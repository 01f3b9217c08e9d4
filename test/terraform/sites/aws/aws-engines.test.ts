import { AwsDatabase, AwsLoadBalancer } from "../../../../lib/aws";
import { HealthCheckedLoadBalancer, Machines, Tls } from "../../../../lib";
import { TerraformVariable, type TerraformStack } from "../../../../lib/cdktf";
import { managedShop, onRds, type AwsPartsOptions } from "../../../support/aws-engines";
import { describeWithMirror } from "../../../support/mirror";
import { Rehearsal, type PlannedChanges } from "../../../support/rehearsal";

jest.setTimeout(180_000);

const PASSWORD = "0123456789abcdef";
const NOTHING: PlannedChanges = { created: [], updated: [], replaced: [], destroyed: [] };
const NAME = { name: "shop.example.org", zone: "example.org" };

/** A stack that may be destroyed, with a name and a certificate. */
const managed = (options: AwsPartsOptions = {}) =>
  managedShop({
    infrastructure: true,
    ...options,
    site: { logs: { protected: false }, ...options.site },
    database: { protected: false, ...options.database },
    entrance: {
      engine: AwsLoadBalancer.application({ protected: false }),
      tls: Tls.managed({ domain: NAME.name, alternatives: ["*.shop.example.org", "www.example.org"] }),
      dns: NAME,
      ...options.entrance,
    },
  });

/** A cluster behind a network load balancer whose addresses stay, with a certificate of one's own. */
function otherParts(): TerraformStack {
  const engine = AwsDatabase.rdsCluster({ database: "postgresql", protected: false, writeOnlyPassword: false });
  const { stack, site, web: target } = onRds(engine, { infrastructure: true, site: { logs: { protected: false } } });
  const pem = (name: string) => new TerraformVariable(stack, name, { type: "string", sensitive: true }).stringValue;
  new HealthCheckedLoadBalancer(stack, "entrance", {
    site,
    target,
    engine: AwsLoadBalancer.network({ protected: false, elasticAddresses: true }),
    tls: Tls.given({ certificate: pem("certificate"), privateKey: pem("private_key"), redirect: false }),
  });
  return stack;
}

const plain = (addresses: readonly string[]) => addresses.map((address) => address.replace(/_[0-9A-F]{8}(?=$|\[)/, ""));

describeWithMirror("AWS's own parts", (mirror) => {
  const rehearsals: Rehearsal[] = [];
  const certificate = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";
  const rehearsal = (password = PASSWORD) => {
    const one = new Rehearsal(mirror, {
      db_shop_password: password,
      certificate: `${certificate}${certificate}`,
      private_key: "-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY-----\n",
    });
    rehearsals.push(one);
    return one;
  };
  const applied = (stack: TerraformStack) => {
    const one = rehearsal().program(stack);
    one.plan();
    one.apply();
    return one;
  };
  let base: Rehearsal | undefined;
  const before = () => {
    const copy = (base ??= applied(managed().stack)).copy();
    rehearsals.push(copy);
    return copy;
  };
  afterAll(() => rehearsals.forEach((one) => one.remove()));

  test("Terraform finds the stack valid, without a warning", () => {
    expect(rehearsal().program(managedShop().stack).validate()).toMatchObject({ valid: true, warning_count: 0 });
  });

  test("the plan of everything makes servers, parts and rollouts", () => {
    const { created, ...rest } = rehearsal().program(managedShop().stack).plan();
    expect(rest).toEqual({ updated: [], replaced: [], destroyed: [] });
    expect(created.filter((address) => /^aws_(lb|db_instance|lb_listener)\./.test(address))).toHaveLength(3);
  });

  test("a second plan after apply is empty", () => {
    expect(before().plan()).toEqual(NOTHING);
  });

  test("a server that is added is registered, and nothing else is touched", () => {
    const machines = Machines.named("web-a", "web-b", "web-c", "web-a-2");
    const { stack } = managed({ web: { servers: undefined, machines } });
    const { created, ...rest } = before().program(stack).plan();
    expect(rest).toEqual({ updated: [], replaced: [], destroyed: [] });
    expect(plain(created)).toEqual([
      "aws_instance.cloud_web-a-2",
      "aws_lb_target_group_attachment.entrance_targets_web-a-2",
      "terraform_data.cloud_web-a-2_prepare",
      'terraform_data.web_members["web-a-2"]',
      "terraform_data.web_rollout_web-a-2",
    ]);
  });

  test("a server that goes takes its registration along, and nothing else", () => {
    const machines = Machines.named("web-a", "web-c");
    const { destroyed, ...rest } = before()
      .program(managed({ web: { servers: undefined, machines } }).stack)
      .plan();
    expect(rest).toEqual({ created: [], updated: [], replaced: [] });
    expect(plain(destroyed)).toEqual([
      "aws_instance.cloud_web-b",
      "aws_lb_target_group_attachment.entrance_targets_web-b",
      "terraform_data.cloud_web-b_prepare",
      'terraform_data.web_members["web-b"]',
      "terraform_data.web_rollout_web-b",
    ]);
  });

  test("everything that may go is destroyed", () => {
    const one = before();
    one.destroy();
    expect(one.state()).toEqual([]);
  });

  test("access logs and logs of the database are switched on in place", () => {
    const entrance = { engine: AwsLoadBalancer.application({ protected: false, accessLogs: false }) };
    const without = managed({ database: { logExports: [] }, entrance }).stack;
    const { updated, ...rest } = applied(without).program(managed().stack).plan();
    expect(rest).toEqual({ created: [], replaced: [], destroyed: [] });
    expect(plain(updated).sort()).toEqual(["aws_db_instance.db", "aws_lb.entrance"]);
  });

  test("a protected database stays", () => {
    const one = applied(onRds(undefined, { infrastructure: true }).stack);
    expect(() => one.destroy()).toThrow(/Instance cannot be destroyed/);
  });

  test("a cluster behind a network load balancer: applied, planned again, destroyed", () => {
    const one = applied(otherParts());
    expect(one.plan()).toEqual(NOTHING);
    one.destroy();
    expect(one.state()).toEqual([]);
  });

  test("a password that RDS does not take is refused before anything is made", () => {
    expect(rehearsal("with/slash/0123456789").program(managed().stack).refusal()).toContain(
      "The password of the database shop is none that RDS takes: up to 41 characters, without slash, double quote, at sign and space.",
    );
    expect(rehearsal("0".repeat(48)).program(managed().stack).refusal()).toContain("none that RDS takes");
  });
});
