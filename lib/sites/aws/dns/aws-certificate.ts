import { AcmCertificate } from "@cdktf/provider-aws/lib/acm-certificate";
import { AcmCertificateValidation } from "@cdktf/provider-aws/lib/acm-certificate-validation";
import { Route53Record } from "@cdktf/provider-aws/lib/route53-record";
import { Construct } from "constructs";
import { invalidProperty } from "../../../core/errors";
import type { EntranceTls, GivenTls, ManagedTls } from "../../../contracts/tls";
import { certificateChain } from "../../shared/certificate-chain";
import { certificateNames } from "../../shared/certificate-names";
import { tierId } from "../../shared/tier-id";
import type { AwsScope } from "../aws-scope";
import { AWS } from "../aws-words";
import { hostedZoneId, type HostedZoneIds } from "./hosted-zone";

export interface AwsCertificateProps {
  readonly aws: AwsScope;
  readonly tls: EntranceTls;
  /** Construct path of the entrance. */
  readonly path: string;
  /** The zone of the entrance's own name. */
  readonly zone?: string;
  readonly zoneIds?: HostedZoneIds;
}

/** https://docs.aws.amazon.com/acm/latest/userguide/acm-public-certificates.html */
const LONGEST_DOMAIN = 64;

/**
 * A certificate in ACM: one that AWS gets and renews, for as long as the records stand by which the names are known to be
 * yours, or one that the program gives.
 */
export class AwsCertificate extends Construct {
  /** Usable from the moment at which it is known. Expression. */
  readonly arn: string;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: AwsCertificateProps,
  ) {
    super(scope, id);
    const { tls } = props;
    this.arn = tls.kind === "managed" ? this.request(tls) : this.bring(tls);
  }

  private request(tls: ManagedTls): string {
    const { provider } = this.props.aws;
    const { zone, names } = certificateNames(this.props.path, tls, this.props.zone, AWS);
    if (tls.domain.length > LONGEST_DOMAIN) {
      const fix = `AWS certifies ${LONGEST_DOMAIN} characters as the first name. Make a shorter one domain, and this one of alternatives.`;
      throw invalidProperty(this.props.path, "tls.domain", tls.domain, fix);
    }
    const certificate = new AcmCertificate(this, "Resource", {
      provider,
      domainName: tls.domain,
      subjectAlternativeNames: names.length > 1 ? names.slice(1) : undefined,
      validationMethod: "DNS",
      tags: this.tags,
      lifecycle: { createBeforeDestroy: true },
    });
    const zoneId = hostedZoneId(this.node.scope as Construct, this.props.aws, zone, this.props.zoneIds);
    // A wildcard is proved by the same record as the name without the star.
    const proved = [...new Map(names.map((name) => [name.replace(/^\*\./, ""), name]))];
    const records = proved.map(([key, name]) => {
      const proof = (attribute: string) =>
        `\${one([for o in ${certificate.fqn}.domain_validation_options : o.${attribute} if o.domain_name == "${name}"])}`;
      return new Route53Record(this, `proof-${key}`, {
        provider,
        zoneId,
        name: proof("resource_record_name"),
        type: proof("resource_record_type"),
        records: [proof("resource_record_value")],
        ttl: 60,
        // Another certificate for the same name has the same record.
        allowOverwrite: true,
      });
    });
    return new AcmCertificateValidation(this, "validation", {
      provider,
      certificateArn: certificate.arn,
      validationRecordFqdns: records.map((record) => record.fqdn),
    }).certificateArn;
  }

  private bring({ certificate, chain, privateKey }: GivenTls): string {
    const { leaf, rest } = certificateChain(certificate, chain);
    return new AcmCertificate(this, "Resource", {
      provider: this.props.aws.provider,
      certificateBody: leaf,
      certificateChain: rest,
      privateKey,
      tags: this.tags,
      lifecycle: { createBeforeDestroy: true },
    }).arn;
  }

  private get tags(): Record<string, string> {
    const id = tierId(this.props.path);
    return this.props.aws.labels.tags(id, id);
  }
}
