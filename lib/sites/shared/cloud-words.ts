/** What a cloud calls its things, for the sentences that all clouds share. */
export interface CloudWords {
  /** Value of `site.kind`. */
  readonly kind: string;
  /** `AWS`. */
  readonly name: string;
  /** With its article: `an AwsSite`. */
  readonly site: string;
  /** `instances`. */
  readonly servers: string;
  /** What starts servers with the load: `AwsAutoScaling`. */
  readonly scaling: string;
  /** `Route 53`. */
  readonly dns: string;
  /** The provider's class and where it comes from: `AwsProvider of @cdktf/provider-aws/lib/provider`. */
  readonly provider: string;
  /** Bytes of user data that it takes, before any encoding. */
  readonly userDataBytes: number;
}
