import { z } from "zod";
import { Token } from "../cdktf";
import { invalidProperty, privateKeyInPlainText } from "../core/errors";
import { checkProps, dnsName, orToken } from "../core/props";

interface TlsProps {
  /** Whether port 80 sends visitors to the encrypted port. @default true */
  readonly redirect?: boolean;
}

export interface ManagedTlsProps extends TlsProps {
  /** Name that visitors use: `shop.example.org`. */
  readonly domain: string;
  /** More names in the same certificate. @default [] */
  readonly alternatives?: readonly string[];
  /** DNS zone at the provider, in which it proves that the names are yours: `example.org`. @default - the `dns` property's zone */
  readonly zone?: string;
}

export interface GivenTlsProps extends TlsProps {
  /** The certificate as PEM: text, or a Terraform expression. Changing it reloads what serves it. */
  readonly certificate: string;
  /** Certificates between it and the one that visitors know, as PEM. @default - none, or in `certificate` */
  readonly chain?: string;
  /** Its private key as PEM, a sensitive Terraform expression. */
  readonly privateKey: string;
}

/** Made by `Tls.managed(…)` or `Tls.given(…)`. */
export type EntranceTls = ManagedTls | GivenTls;

/** Encryption between visitors and the entrance. */
export abstract class Tls {
  /** The provider gets the certificate and renews it. For engines of clouds. */
  static managed(props: ManagedTlsProps): ManagedTls {
    return new ManagedTls(props);
  }

  /** A certificate of your own; who renews it deploys it. For every engine. */
  static given(props: GivenTlsProps): GivenTls {
    return new GivenTls(props);
  }

  readonly redirect: boolean;

  protected constructor(props: TlsProps) {
    this.redirect = props.redirect ?? true;
  }

  /** @internal */
  abstract validate(path: string): void;
}

export class ManagedTls extends Tls {
  readonly kind = "managed";
  readonly domain: string;
  readonly alternatives: readonly string[];
  readonly zone: string | undefined;

  /** @internal */
  constructor(private readonly props: ManagedTlsProps) {
    super(props);
    this.domain = props.domain;
    this.alternatives = props.alternatives ?? [];
    this.zone = props.zone;
  }

  validate(path: string): void {
    const schema = z.strictObject({
      domain: dnsName,
      alternatives: z.array(dnsName).optional(),
      zone: dnsName.optional(),
      redirect: z.boolean().optional(),
    });
    checkProps(path, z.strictObject({ tls: schema }), { tls: this.props } as never);
  }
}

export class GivenTls extends Tls {
  readonly kind = "given";
  readonly certificate: string;
  readonly chain: string | undefined;
  readonly privateKey: string;

  /** @internal */
  constructor(private readonly props: GivenTlsProps) {
    super(props);
    this.certificate = props.certificate;
    this.chain = props.chain;
    this.privateKey = props.privateKey;
  }

  validate(path: string): void {
    const text = orToken(z.string().min(1, "must not be empty"));
    const schema = z.strictObject({
      certificate: text,
      chain: text.optional(),
      privateKey: text,
      redirect: z.boolean().optional(),
    });
    checkProps(path, z.strictObject({ tls: schema }), { tls: this.props } as never);
    for (const property of ["certificate", "chain"] as const) {
      const pem = this.props[property];
      if (pem === undefined || Token.isUnresolved(pem) || pem.trimStart().startsWith("-----BEGIN CERTIFICATE-----"))
        continue;
      throw invalidProperty(
        path,
        `tls.${property}`,
        pem.slice(0, 40),
        'a certificate as PEM begins with "-----BEGIN CERTIFICATE-----". Give the text, not the name of a file.',
      );
    }
    if (!Token.isUnresolved(this.privateKey)) throw privateKeyInPlainText(path);
  }
}
