import { DataAwsCallerIdentity } from "@cdktf/provider-aws/lib/data-aws-caller-identity";
import { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket";
import { S3BucketLifecycleConfiguration } from "@cdktf/provider-aws/lib/s3-bucket-lifecycle-configuration";
import { Construct } from "constructs";
import type { ITerraformDependable } from "../../cdktf";
import type { NameRule } from "../shared/names";
import type { AwsScope } from "./aws-scope";
import { FAILED_UPLOADS, guardBucket } from "./private-bucket";

/** Where the site's flow logs and access logs are kept. */
export interface AwsLogsProps {
  /**
   * For how many days logs are kept, 1 to 3,650. They hold addresses of visitors. Changed in place.
   * @default 30
   * @example keepDays: 90
   */
  readonly keepDays?: number;
  /**
   * Whether Terraform refuses to delete the bucket that Beehive makes. Changed in place: turn it off, and apply, before
   * you destroy the stack; then its logs go with it.
   * @default true
   * @example protected: false
   */
  readonly protected?: boolean;
  /**
   * Name of a bucket that is there, in the same region, instead of one that Beehive makes. Its policy has to let AWS's
   * services write, and how long it keeps what is yours. Changing it makes the flow log anew.
   * @default - Beehive makes one
   * @example bucket: "company-logs"
   */
  readonly bucket?: string;
}

/** A bucket that AWS's services write logs into. */
export interface LogDestination {
  /** Name and ARN, expressions. */
  readonly bucket: string;
  readonly arn: string;
  /** What must be there before the first log is written. */
  readonly ready: readonly ITerraformDependable[];
}

/** AWS takes 63 characters and, of a prefix, 37. */
const BUCKET_PREFIX: NameRule = {
  max: 36,
  separator: "-",
  refused: /[^a-z0-9-]|^(xn--|sthree-|amzn-)/,
  lowerCase: true,
  letterFirst: true,
};
const KEEP_DAYS = 30;

/** The site's own bucket for logs: private, encrypted, and what is old goes. Made when the first log is asked for. */
export class LogBucket extends Construct implements LogDestination {
  readonly bucket: string;
  readonly arn: string;
  readonly ready: readonly ITerraformDependable[];

  constructor(scope: Construct, id: string, aws: AwsScope, props: Omit<AwsLogsProps, "bucket">) {
    super(scope, id);
    const { provider, labels, region } = aws;
    const { keepDays = KEEP_DAYS, protected: kept = true } = props;
    const made = new S3Bucket(this, "Resource", {
      provider,
      bucketPrefix: `${labels.named(BUCKET_PREFIX, "logs")}-`,
      forceDestroy: !kept,
      tags: labels.siteTags("logs"),
      lifecycle: { preventDestroy: kept },
    });
    const account = new DataAwsCallerIdentity(this, "account", { provider }).accountId;
    const guards = guardBucket(
      this,
      provider,
      made,
      writers(made.arn, region.arn(`logs:${region.name}:${account}:*`), account),
    );
    const old = new S3BucketLifecycleConfiguration(this, "old-logs", {
      provider,
      bucket: made.bucket,
      rule: [
        {
          id: "old-logs",
          status: "Enabled",
          filter: [{ prefix: "" }],
          expiration: [{ days: keepDays }],
          abortIncompleteMultipartUpload: FAILED_UPLOADS,
        },
      ],
    });
    this.bucket = made.bucket;
    this.arn = made.arn;
    this.ready = [...guards, old];
  }
}

/**
 * Flow logs and network load balancers write through the log delivery, application load balancers by themselves.
 * https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-s3-permissions.html
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html
 */
function writers(bucket: string, deliveries: string, account: string): object[] {
  const delivery = { Service: "delivery.logs.amazonaws.com" };
  const own = `${bucket}/AWSLogs/${account}/*`;
  const ours = { StringEquals: { "aws:SourceAccount": account }, ArnLike: { "aws:SourceArn": deliveries } };
  return [
    {
      Sid: "AWSLogDeliveryWrite",
      Effect: "Allow",
      Principal: delivery,
      Action: "s3:PutObject",
      Resource: own,
      Condition: {
        ...ours,
        StringEquals: { ...ours.StringEquals, "s3:x-amz-acl": "bucket-owner-full-control" },
      },
    },
    {
      Sid: "AWSLogDeliveryAclCheck",
      Effect: "Allow",
      Principal: delivery,
      Action: ["s3:GetBucketAcl", "s3:ListBucket"],
      Resource: bucket,
      Condition: ours,
    },
    {
      Sid: "LoadBalancers",
      Effect: "Allow",
      Principal: { Service: "logdelivery.elasticloadbalancing.amazonaws.com" },
      Action: "s3:PutObject",
      Resource: own,
    },
  ];
}
