import { Certificate } from "@cdktf/provider-digitalocean/lib/certificate";
import type { Construct } from "constructs";
import { Fn } from "../../../cdktf";
import { sha256 } from "../../../core/sha256";
import type { EntranceTls } from "../../../contracts/tls";
import { certificateChain } from "../../shared/certificate-chain";
import { certificateNames } from "../../shared/certificate-names";
import { DIGITALOCEAN } from "../digitalocean-words";
import { DIGITALOCEAN_NAMES } from "../digitalocean-labels";
import type { DigitalOceanSite } from "../digitalocean-site";

export interface EntranceCertificateProps {
  readonly site: DigitalOceanSite;
  readonly tls: EntranceTls;
  /** Construct path of the entrance. */
  readonly path: string;
  /** The zone of the entrance's own name. */
  readonly zone?: string;
}

const HASH = 10;

/**
 * The certificate of an entrance, as the child `certificate`: one of Let's Encrypt that DigitalOcean gets and renews, or one
 * that the program gives. Its name changes with what it certifies, so that another one is there before the old one goes.
 *
 * @returns its name, an expression; the id changes with each renewal
 */
export function entranceCertificate(scope: Construct, props: EntranceCertificateProps): string {
  const { site, tls, path, zone } = props;
  const base = site.labels.named(DIGITALOCEAN_NAMES.certificate, site.labels.inStack(path));
  const common = { provider: site.provider, lifecycle: { createBeforeDestroy: true } };
  if (tls.kind === "managed") {
    const { names } = certificateNames(path, tls, zone, DIGITALOCEAN);
    const name = `${base}-${sha256(names.join(" ")).slice(0, HASH)}`;
    return new Certificate(scope, "certificate", { ...common, name, type: "lets_encrypt", domains: [...names] }).name;
  }
  const { leaf, rest } = certificateChain(tls.certificate, tls.chain);
  return new Certificate(scope, "certificate", {
    ...common,
    name: `${base}-${Fn.substr(Fn.sha256(tls.certificate), 0, HASH)}`,
    type: "custom",
    leafCertificate: leaf,
    certificateChain: rest,
    privateKey: tls.privateKey,
  }).name;
}
