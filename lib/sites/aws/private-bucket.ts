import type { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket";
import { S3BucketPolicy } from "@cdktf/provider-aws/lib/s3-bucket-policy";
import { S3BucketPublicAccessBlock } from "@cdktf/provider-aws/lib/s3-bucket-public-access-block";
import { S3BucketServerSideEncryptionConfigurationA } from "@cdktf/provider-aws/lib/s3-bucket-server-side-encryption-configuration";
import type { Construct } from "constructs";
import type { ITerraformDependable, TerraformProvider } from "../../cdktf";

/** Parts of an upload that failed are paid for, and shown nowhere. */
export const FAILED_UPLOADS = [{ daysAfterInitiation: 7 }];

/**
 * Makes a bucket private and encrypted, in transit as well.
 *
 * @param provider of the bucket
 * @param allowed further statements of its policy
 */
export function guardBucket(
  scope: Construct,
  provider: TerraformProvider,
  { bucket, arn }: S3Bucket,
  allowed: readonly object[] = [],
): ITerraformDependable[] {
  const common = { provider, bucket };
  const hidden = new S3BucketPublicAccessBlock(scope, "public-access", {
    ...common,
    blockPublicAcls: true,
    blockPublicPolicy: true,
    ignorePublicAcls: true,
    restrictPublicBuckets: true,
  });
  const encrypted = new S3BucketServerSideEncryptionConfigurationA(scope, "encryption", {
    ...common,
    rule: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }],
  });
  const clear = {
    Effect: "Deny",
    Principal: "*",
    Action: "s3:*",
    Resource: [arn, `${arn}/*`],
    Condition: { Bool: { "aws:SecureTransport": "false" } },
  };
  const policy = new S3BucketPolicy(scope, "tls-only", {
    ...common,
    policy: JSON.stringify({ Version: "2012-10-17", Statement: [clear, ...allowed] }),
    // S3 takes one of these at a time.
    dependsOn: [hidden],
  });
  return [hidden, encrypted, policy];
}
