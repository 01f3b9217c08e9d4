import { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket";
import { S3BucketLifecycleConfiguration } from "@cdktf/provider-aws/lib/s3-bucket-lifecycle-configuration";
import { S3BucketVersioningA } from "@cdktf/provider-aws/lib/s3-bucket-versioning";
import { S3Object } from "@cdktf/provider-aws/lib/s3-object";
import { SecretsmanagerSecret } from "@cdktf/provider-aws/lib/secretsmanager-secret";
import { SecretsmanagerSecretVersion } from "@cdktf/provider-aws/lib/secretsmanager-secret-version";
import { Construct } from "constructs";
import { Fn, Lazy, type ITerraformDependable } from "../../../cdktf";
import type { DeliveredFile, BakedBundle } from "../../../contracts/baked-bundle";
import type { NameRule } from "../../shared/names";
import type { AwsPermission } from "../access/administrator-rights";
import { placeOf, tierId } from "../../shared/tier-id";
import type { AwsScope } from "../aws-scope";
import type { StartObject, StartSettings } from "./first-start";
import { FAILED_UPLOADS, guardBucket } from "../private-bucket";
import { passwordVersion } from "../database/rds-password";

export interface BakedStoreProps {
  readonly aws: AwsScope;
  /** Construct path of the tier. */
  readonly path: string;
  readonly bundle: BakedBundle;
  readonly forceDestroy: boolean;
  readonly secretRecoveryDays: number;
  readonly writeOnlySecrets: boolean;
}

/** AWS takes 63 characters and, of a prefix, 37: it adds what makes the name unique in the world. */
const BUCKET_PREFIX: NameRule = {
  max: 36,
  separator: "-",
  refused: /[^a-z0-9-]|^(xn--|sthree-|amzn-)/,
  lowerCase: true,
  letterFirst: true,
};
const SECRET_PREFIX: NameRule = { max: 120, separator: "/", refused: /[^\w/+=.@-]/ };

/** Versions that a group may fall back to stay for good; older ones go when no server can start from them any more. */
const KEPT_VERSIONS = 20;
const KEPT_DAYS = 90;

/**
 * Where a starting server finds what it is to be: a private bucket, and a secret. Each object has one name and many versions, and
 * each server asks for the version that it was started for: an old server, and a group that falls back, finds the old one.
 */
export class BakedStore extends Construct {
  /** What a server must be allowed to do, and no more. */
  readonly permissions: readonly AwsPermission[];
  /** What must be there before the first server starts. */
  readonly ready: readonly ITerraformDependable[];
  /** Where a server finds them; evaluated when the stack is synthesized. */
  readonly settings: () => Pick<StartSettings, "bucket" | "objects" | "secret">;
  private readonly bucket: S3Bucket;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: BakedStoreProps,
  ) {
    super(scope, id);
    const { aws, path, bundle, forceDestroy } = props;
    this.bucket = new S3Bucket(this, "Resource", {
      provider: aws.provider,
      bucketPrefix: `${aws.labels.named(BUCKET_PREFIX, placeOf(path))}-`,
      forceDestroy,
      tags: aws.labels.tags(tierId(path), tierId(path)),
    });
    const guards = this.guard();
    const program = this.file("program", bundle.program, guards);
    const packages = this.file("packages", bundle.packages, guards);
    const content = this.file("bundle", bundle.bundle, guards);
    const factsText = Lazy.stringValue({ produce: () => bundle.facts() ?? "{}" });
    const facts = new S3Object(this, "facts", { ...this.object("facts", guards), content: factsText });
    const secret = this.secret();
    const version = this.secretVersion(secret);
    const objects = [program, packages, content, facts];
    this.permissions = [
      { actions: ["s3:GetObjectVersion"], resources: objects.map(({ key }) => `${this.bucket.arn}/${key}`) },
      { actions: ["secretsmanager:GetSecretValue"], resources: [secret.arn] },
    ];
    this.ready = [...guards, ...objects, version];
    const started = (object: S3Object, sha256: string): StartObject => ({
      key: object.keyInput!,
      version: object.versionId,
      sha256,
    });
    this.settings = () => ({
      bucket: this.bucket.bucket,
      objects: {
        program: started(program, bundle.program().hash),
        packages: started(packages, bundle.packages().hash),
        bundle: started(content, bundle.bundle().hash),
        facts: started(facts, Fn.sha256(bundle.facts() ?? "{}")),
      },
      // Another secret is another version, and so other servers.
      secret: { arn: secret.arn, version: version.versionId },
    });
  }

  /** Private, encrypted in transit, and versioned. */
  private guard(): ITerraformDependable[] {
    const { provider } = this.props.aws;
    const common = { provider, bucket: this.bucket.bucket };
    const guards = guardBucket(this, provider, this.bucket);
    const versioned = new S3BucketVersioningA(this, "versioning", {
      ...common,
      versioningConfiguration: { status: "Enabled" },
    });
    const kept = new S3BucketLifecycleConfiguration(this, "old-versions", {
      ...common,
      rule: [
        {
          id: "old-versions",
          status: "Enabled",
          filter: [{ prefix: "" }],
          noncurrentVersionExpiration: [{ noncurrentDays: KEPT_DAYS, newerNoncurrentVersions: KEPT_VERSIONS }],
          abortIncompleteMultipartUpload: FAILED_UPLOADS,
        },
      ],
      dependsOn: [versioned],
    });
    return [...guards, versioned, kept];
  }

  private object(key: string, guards: readonly ITerraformDependable[]) {
    const { provider } = this.props.aws;
    const contentType = key === "program" ? "text/x-python" : "application/json";
    return { provider, bucket: this.bucket.bucket, key, contentType, dependsOn: [...guards] };
  }

  private file(key: string, file: () => DeliveredFile, guards: readonly ITerraformDependable[]): S3Object {
    return new S3Object(this, key, {
      ...this.object(key, guards),
      source: Lazy.stringValue({ produce: () => file().source }),
      sourceHash: Lazy.stringValue({ produce: () => file().hash }),
    });
  }

  private secret(): SecretsmanagerSecret {
    const { aws, path, secretRecoveryDays } = this.props;
    return new SecretsmanagerSecret(this, "secret", {
      provider: aws.provider,
      // A name that is being deleted cannot be used for days: AWS's own ending makes each stack's unique.
      namePrefix: `${aws.labels.named(SECRET_PREFIX, placeOf(path))}-`,
      description: "Made by Beehive; what the servers of the group are told when they start",
      recoveryWindowInDays: secretRecoveryDays,
      tags: aws.labels.tags(tierId(path), tierId(path)),
    });
  }

  private secretVersion({ id }: SecretsmanagerSecret): SecretsmanagerSecretVersion {
    const { aws, bundle, writeOnlySecrets } = this.props;
    const text = Lazy.stringValue({ produce: () => bundle.secrets() ?? "{}" });
    return new SecretsmanagerSecretVersion(this, "secret-version", {
      provider: aws.provider,
      secretId: id,
      ...(writeOnlySecrets
        ? { secretStringWo: text, secretStringWoVersion: passwordVersion(text) }
        : { secretString: text }),
      // Servers that start meanwhile find the one or the other, never none.
      lifecycle: { createBeforeDestroy: true },
    });
  }
}
