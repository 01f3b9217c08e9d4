import { conditional, Fn, Op, Token } from "../../cdktf";

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/** A certificate, and those between it and the root. Clouds take them apart from each other; files mostly hold all in a row. */
export interface CertificateChain {
  readonly leaf: string;
  /** An expression of it is null where there is none. */
  readonly rest: string | undefined;
}

/** @param certificate PEM, or an expression of it */
export function certificateChain(certificate: string, chain?: string): CertificateChain {
  if (!Token.isUnresolved(certificate)) {
    const [leaf = certificate, ...others] = certificate.match(CERTIFICATE) ?? [];
    const rest = [...others, ...(chain === undefined ? [] : [chain])];
    return { leaf, rest: rest.length === 0 ? undefined : rest.join("\n") };
  }
  const all = Fn.regexall(CERTIFICATE.source, certificate);
  const leaf = Fn.element(all, 0) as string;
  if (chain !== undefined) return { leaf, rest: chain };
  const others = Fn.join("\n", Fn.slice(all, 1, Fn.lengthOf(all)) as string[]);
  return { leaf, rest: Token.asString(conditional(Op.gt(Fn.lengthOf(all), 1), others, Token.nullValue())) };
}
