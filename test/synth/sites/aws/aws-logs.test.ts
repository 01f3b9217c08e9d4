import { HaWebTier, HealthCheckedLoadBalancer, Tls } from "../../../../lib";
import { AwsDatabase, AwsLoadBalancer, type AwsSiteProps } from "../../../../lib/aws";
import { TerraformVariable, type TerraformStack } from "../../../../lib/cdktf";
import { at, awsShop, awsSite, counts, synthAws } from "../../../support/aws";
import { behindAws, onRds, scaledShop } from "../../../support/aws-engines";
import { phpShop } from "../../../support/hive";

const VPC = "vpc-0123456789abcdef0";
const subnets = (n: number) => ({ private: `subnet-${n}000000000000000`, public: `subnet-${n}111111111111111` });
const existing = { vpc: { id: VPC, subnets: { a: subnets(1), b: subnets(2), c: subnets(3) } } };

const flowLogsWith = (props: Partial<AwsSiteProps>) =>
  Object.values(synthAws(awsSite(props).stack).resource.aws_flow_log ?? {});

describe("flow logs", () => {
  test("what was refused is recorded by default, into a bucket of the site", () => {
    expect(at(awsSite().stack, "cloud/flow-log")).toMatchObject({
      provider: "aws.cloud",
      vpc_id: expect.stringMatching(/^\$\{aws_vpc\.cloud_network_[0-9A-F]+\.id\}$/) as string,
      traffic_type: "REJECT",
      log_destination_type: "s3",
      log_destination: expect.stringMatching(/^\$\{aws_s3_bucket\.cloud_logs_[0-9A-F]+\.arn\}$/) as string,
      tags: { Name: "cloud/flow-log", "beehive:stack": "shop" },
    });
  });

  test("the bucket's policy, encryption and lifecycle are there before", () => {
    const needs = at(awsSite().stack, "cloud/flow-log").depends_on as string[];
    expect(needs.map((one) => one.split(".")[0]).sort()).toEqual([
      "aws_s3_bucket_lifecycle_configuration",
      "aws_s3_bucket_policy",
      "aws_s3_bucket_public_access_block",
      "aws_s3_bucket_server_side_encryption_configuration",
    ]);
  });

  test("all of it, or nothing, when the program says so", () => {
    expect(flowLogsWith({ flowLogs: "all" })).toMatchObject([{ traffic_type: "ALL" }]);
    expect(flowLogsWith({ flowLogs: "none" })).toEqual([]);
    expect(counts(awsSite({ flowLogs: "none" }).stack)).not.toHaveProperty("aws_s3_bucket");
  });

  test("not of a VPC that was there, unless the program says so", () => {
    expect(flowLogsWith(existing)).toEqual([]);
    expect(flowLogsWith({ ...existing, flowLogs: "rejected" })).toMatchObject([
      { vpc_id: VPC, traffic_type: "REJECT" },
    ]);
  });

  test("not where AWS's services may have other names, unless the program says so", () => {
    expect(flowLogsWith({ region: "us-gov-west-1", image: "ami-0123456789abcdef0" })).toEqual([]);
    expect(flowLogsWith({ region: "us-gov-west-1", image: "ami-0123456789abcdef0", flowLogs: "all" })).toHaveLength(1);
  });

  test("into a bucket that is there", () => {
    const { stack } = awsSite({ logs: { bucket: "company-logs" } });
    expect(at(stack, "cloud/flow-log").log_destination).toBe("arn:aws:s3:::company-logs");
    expect(counts(stack)).not.toHaveProperty("aws_s3_bucket");
  });
});

describe("the bucket for logs", () => {
  const { stack } = awsSite();
  const ACCOUNT = expect.stringMatching(
    /^\$\{data\.aws_caller_identity\.cloud_logs_account_[0-9A-F]+\.account_id\}$/,
  ) as string;
  const BUCKET = expect.stringMatching(/^\$\{aws_s3_bucket\.cloud_logs_[0-9A-F]+\.arn\}$/) as string;
  const OWN = expect.stringMatching(
    /^\$\{aws_s3_bucket\.cloud_logs_\w+\.arn\}\/AWSLogs\/\$\{data\.[\w.-]+\.account_id\}\/\*$/,
  ) as string;

  test("lets AWS's services write below the account's own folder, and nothing come without TLS", () => {
    const policy = JSON.parse(at(stack, "cloud/logs/tls-only").policy as string) as { Statement: unknown[] };
    expect(policy.Statement).toEqual([
      expect.objectContaining({
        Effect: "Deny",
        Action: "s3:*",
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      }),
      {
        Sid: "AWSLogDeliveryWrite",
        Effect: "Allow",
        Principal: { Service: "delivery.logs.amazonaws.com" },
        Action: "s3:PutObject",
        Resource: OWN,
        Condition: {
          StringEquals: { "aws:SourceAccount": ACCOUNT, "s3:x-amz-acl": "bucket-owner-full-control" },
          ArnLike: { "aws:SourceArn": expect.stringMatching(/^arn:aws:logs:eu-central-1:\$\{.*\}:\*$/) as string },
        },
      },
      expect.objectContaining({ Action: ["s3:GetBucketAcl", "s3:ListBucket"], Resource: BUCKET }),
      {
        Sid: "LoadBalancers",
        Effect: "Allow",
        Principal: { Service: "logdelivery.elasticloadbalancing.amazonaws.com" },
        Action: "s3:PutObject",
        Resource: OWN,
      },
    ]);
  });

  test("keeps logs for 30 days, and parts of failed uploads for 7", () => {
    expect(at(stack, "cloud/logs/old-logs").rule).toEqual([
      {
        id: "old-logs",
        status: "Enabled",
        filter: [{ prefix: "" }],
        expiration: [{ days: 30 }],
        abort_incomplete_multipart_upload: [{ days_after_initiation: 7 }],
      },
    ]);
    const longer = awsSite({ logs: { keepDays: 365 } }).stack;
    expect(at(longer, "cloud/logs/old-logs").rule).toMatchObject([{ expiration: [{ days: 365 }] }]);
  });

  test("is private, and encrypted as load balancers need it", () => {
    expect(at(stack, "cloud/logs/encryption").rule).toEqual([
      { apply_server_side_encryption_by_default: { sse_algorithm: "AES256" } },
    ]);
    expect(at(stack, "cloud/logs/public-access")).toMatchObject({
      block_public_acls: true,
      block_public_policy: true,
      ignore_public_acls: true,
      restrict_public_buckets: true,
    });
  });

  test("is protected, and goes with its logs when it is not", () => {
    const bucket = (from: TerraformStack) => {
      const { force_destroy, lifecycle } = at(from, "cloud/logs/Resource");
      return { force_destroy, lifecycle };
    };
    expect(bucket(stack)).toEqual({ force_destroy: false, lifecycle: { prevent_destroy: true } });
    const open = awsSite({ logs: { protected: false } }).stack;
    expect(bucket(open)).toEqual({ force_destroy: true, lifecycle: { prevent_destroy: false } });
  });
});

describe("access logs of a load balancer", () => {
  const logsOf = (stack: TerraformStack) => at(stack, "entrance/Resource").access_logs;
  const INTO_LOGS = { bucket: expect.stringMatching(/^\$\{aws_s3_bucket\.cloud_logs_/) as string, enabled: true };
  const OFF = { bucket: "", enabled: false };

  test("are written by default, after the bucket lets them", () => {
    const { stack } = behindAws({ site: { flowLogs: "none" } });
    expect(logsOf(stack)).toEqual(INTO_LOGS);
    expect(at(stack, "entrance/Resource").depends_on).toContainEqual(
      expect.stringMatching(/^aws_s3_bucket_policy\.cloud_logs_/),
    );
  });

  test("are switched off, and not left as they were, when the program says so", () => {
    expect(
      logsOf(behindAws({ entrance: { engine: AwsLoadBalancer.application({ accessLogs: false }) } }).stack),
    ).toEqual(OFF);
  });

  test("of a network load balancer are there with TLS only, because AWS writes no others", () => {
    const engine = AwsLoadBalancer.network();
    expect(logsOf(behindAws({ entrance: { engine } }).stack)).toEqual(OFF);
    const { stack, site } = awsSite();
    const target = new HaWebTier(stack, "web", { site, servers: 3, app: phpShop() });
    const pem = (name: string) => new TerraformVariable(stack, name, { type: "string", sensitive: true }).stringValue;
    const tls = Tls.given({ certificate: pem("certificate"), privateKey: pem("key"), redirect: false });
    new HealthCheckedLoadBalancer(stack, "entrance", { site, target, engine, tls });
    expect(logsOf(stack)).toEqual(INTO_LOGS);
  });

  test("go into a bucket that is there", () => {
    const { stack } = behindAws({ site: { logs: { bucket: "company-logs" } } });
    expect(logsOf(stack)).toEqual({ bucket: "company-logs", enabled: true });
  });
});

describe("termination protection", () => {
  const protection = (stack: TerraformStack, machine: string) => {
    const { disable_api_termination, force_destroy } = at(stack, `cloud/${machine}/Resource`);
    return { disable_api_termination, force_destroy };
  };

  test("is for machines that keep data; Terraform may still replace them", () => {
    const { stack } = awsShop();
    expect(protection(stack, "db-a")).toEqual({ disable_api_termination: true, force_destroy: true });
    expect(protection(stack, "web-a")).toEqual({ disable_api_termination: false, force_destroy: undefined });
  });

  test("can be left out", () => {
    const { stack } = awsShop({ site: { terminationProtection: false } });
    expect(protection(stack, "db-a")).toEqual({ disable_api_termination: false, force_destroy: undefined });
  });
});

describe("logs of RDS", () => {
  const exports = (stack: TerraformStack) => at(stack, "db/Resource").enabled_cloudwatch_logs_exports;

  test("that say what went wrong are handed on", () => {
    expect(exports(onRds(AwsDatabase.rdsInstance({ database: "mariadb" })).stack)).toEqual(["error"]);
    expect(exports(onRds(AwsDatabase.rdsInstance({ database: "postgresql" })).stack)).toEqual([
      "postgresql",
      "upgrade",
    ]);
    expect(exports(onRds(AwsDatabase.rdsCluster({ database: "mysql" })).stack)).toEqual(["error"]);
  });

  test("are those that the program names", () => {
    const logExports = ["error", "slowquery"];
    expect(exports(onRds(AwsDatabase.rdsInstance({ database: "mysql", logExports })).stack)).toEqual(logExports);
    expect(exports(onRds(AwsDatabase.rdsInstance({ database: "mysql", logExports: [] })).stack)).toEqual([]);
  });
});

test("parts of failed uploads go from the bucket of servers that come and go", () => {
  expect(at(scaledShop().stack, "web/store/old-versions").rule).toMatchObject([
    { abort_incomplete_multipart_upload: [{ days_after_initiation: 7 }] },
  ]);
});
