import * as fs from "node:fs";
import * as path from "node:path";
import { Duration, WebApp } from "../../../../lib";
import { sha256 } from "../../../../lib/core/sha256";
import type { StartSettings } from "../../../../lib/sites/aws/scaling/first-start";
import { scaledShop, type AwsGroupOptions } from "../../../support/aws-engines";
import { scratch, SHOP_APP } from "../../../support/hive";
import { describeWithMirror } from "../../../support/mirror";
import { Rehearsal, type PlannedChanges } from "../../../support/rehearsal";

jest.setTimeout(180_000);

const SECRETS = { db_cluster_secret: "0123456789abcdef", db_shop_password: "0123456789abcdef" };
const NOTHING: PlannedChanges = { created: [], updated: [], replaced: [], destroyed: [] };

/** Networks and servers only; volumes that a test may throw away. */
const shop = (options: AwsGroupOptions = {}) =>
  scaledShop({
    infrastructure: true,
    ...options,
    site: { dataVolumes: { db: { protected: false } }, logs: { protected: false }, ...options.site },
  });

/** The shop's application with one file more. */
function changedApp(): WebApp {
  const source = scratch();
  fs.cpSync(SHOP_APP, source, { recursive: true });
  fs.writeFileSync(path.join(source, "news.html"), "<p>News</p>\n");
  return WebApp.php({ source, healthPath: "/health", packages: ["php-mysql"] });
}

const plain = (addresses: readonly string[]) => addresses.map((address) => address.replace(/_[0-9A-F]{8}(?=$|\[)/, ""));

describeWithMirror("AWS's auto scaling", (mirror) => {
  const rehearsals: Rehearsal[] = [];
  const kept = (one: Rehearsal) => {
    rehearsals.push(one);
    return one;
  };
  const rehearsal = () => kept(new Rehearsal(mirror, SECRETS));
  let base: Rehearsal | undefined;
  function applied(): Rehearsal {
    const one = rehearsal().program(shop().stack);
    one.plan();
    one.apply();
    return one;
  }
  /** The shop, as it was applied. */
  const before = () => kept((base ??= applied()).copy());
  afterAll(() => rehearsals.forEach((one) => one.remove()));

  test("Terraform finds the stack valid, without a warning", () => {
    expect(rehearsal().program(scaledShop().stack).validate()).toMatchObject({ valid: true, warning_count: 0 });
  });

  test("the plan of everything makes the group, and no web server by name", () => {
    const { created, ...rest } = rehearsal().program(scaledShop().stack).plan();
    expect(rest).toEqual({ updated: [], replaced: [], destroyed: [] });
    expect(plain(created).filter((address) => /\.web(_|$)/.test(address))).toEqual([
      "aws_autoscaling_group.web",
      "aws_autoscaling_lifecycle_hook.web_configured",
      "aws_autoscaling_policy.web_cpu",
      "aws_iam_instance_profile.web_template_identity",
      "aws_iam_role.web_template_identity_role",
      "aws_iam_role_policy.web_template_identity_inline-first-start",
      "aws_iam_role_policy.web_template_identity_inline-session-manager",
      "aws_launch_template.web_template",
      "aws_s3_bucket.web_store",
      "aws_s3_bucket_lifecycle_configuration.web_store_old-versions",
      "aws_s3_bucket_policy.web_store_tls-only",
      "aws_s3_bucket_public_access_block.web_store_public-access",
      "aws_s3_bucket_server_side_encryption_configuration.web_store_encryption",
      "aws_s3_bucket_versioning.web_store_versioning",
      "aws_s3_object.web_store_bundle",
      "aws_s3_object.web_store_facts",
      "aws_s3_object.web_store_packages",
      "aws_s3_object.web_store_program",
      "aws_secretsmanager_secret.web_store_secret",
      "aws_secretsmanager_secret_version.web_store_secret-version",
    ]);
  });

  test("a second plan after apply is empty", () => {
    expect(before().plan()).toEqual(NOTHING);
  });

  test("user data are what a server can read, within AWS's limit, and hold no secret", () => {
    const one = before();
    const text = Buffer.from(String(one.values("aws_launch_template.web_template_").user_data), "base64").toString();
    expect(text.length).toBeLessThan(16_384);
    expect(text).not.toContain(SECRETS.db_shop_password);
    const settings = JSON.parse(
      Buffer.from(/^SETTINGS = "([^"]+)"$/m.exec(text)![1]!, "base64").toString(),
    ) as StartSettings;
    expect(settings).toMatchObject({
      region: "eu-central-1",
      domain: "amazonaws.com",
      group: "shop.cloud.web",
      hook: "configured",
      bucket: one.values("aws_s3_bucket.web_store_").bucket,
      secret: { arn: one.values("aws_secretsmanager_secret.web_store_").arn },
    });
    const { key, content } = one.values("aws_s3_object.web_store_facts_");
    expect(settings.objects.facts).toMatchObject({ key, sha256: sha256(String(content)) });
    expect(settings.objects.bundle.sha256).toBe(one.values("aws_s3_object.web_store_bundle_").source_hash);
  });

  test("secrets are not in the state", () => {
    const { secret_string: kept, ...rest } = before().values("aws_secretsmanager_secret_version.web_store_");
    expect(kept ?? null).toBeNull();
    expect(JSON.stringify(rest)).not.toContain(SECRETS.db_shop_password);
  });

  test("a changed application changes its object, the template and by it the group, and nothing else", () => {
    const { stack } = shop({ web: { app: changedApp() } });
    const { updated, ...rest } = before().program(stack).plan();
    expect(rest).toEqual({ created: [], replaced: [], destroyed: [] });
    expect(plain(updated)).toEqual([
      "aws_autoscaling_group.web",
      "aws_launch_template.web_template",
      "aws_s3_object.web_store_bundle",
    ]);
  });

  test("more servers change the group in place, and the servers that are there stay", () => {
    const { updated, ...rest } = before()
      .program(shop({ group: { min: 6, max: 12, cpuPercent: 40 } }).stack)
      .plan();
    expect(rest).toEqual({ created: [], replaced: [], destroyed: [] });
    expect(plain(updated)).toEqual(["aws_autoscaling_group.web", "aws_autoscaling_policy.web_cpu"]);
  });

  test("another time to start changes the hook, and not the group", () => {
    const { stack } = shop({ group: { startWithin: Duration.minutes(20) } });
    const { updated, ...rest } = before().program(stack).plan();
    expect(rest).toEqual({ created: [], replaced: [], destroyed: [] });
    expect(plain(updated)).toEqual(["aws_autoscaling_lifecycle_hook.web_configured"]);
  });

  test("everything after infrastructure only rolls out to the database, and leaves the group as it is", () => {
    const { updated, replaced, ...rest } = before()
      .program(shop({ infrastructure: false }).stack)
      .plan();
    expect(rest).toEqual({ created: [], destroyed: [] });
    expect(updated).toEqual([]);
    expect(replaced.every((address) => address.startsWith("terraform_data."))).toBe(true);
  });

  test("destroy leaves nothing behind", () => {
    const whole = before();
    whole.destroy();
    expect(whole.state()).toEqual([]);
  });
});
