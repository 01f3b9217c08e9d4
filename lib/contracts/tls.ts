import { z } from "../core/zod";
import { Token } from "../cdktf";
import { BeehiveError, invalidProperty } from "../core/errors";
import { certificateProblem, firstName } from "../core/pem";
import { block, checkProps, dnsName, givenProps, orToken, propsSchema } from "../core/props";
import { Trait } from "../core/trait";

/** What all kinds of encryption have in common. */
export interface TlsProps {
  /**
   * Whether port 80 redirects visitors to the encrypted port. Changed in place.
   * @default true
   * @example redirect: false
   */
  readonly redirect?: boolean;
}

/** The names that the provider's certificate is for. */
export interface ManagedTlsProps extends TlsProps {
  /**
   * Name that visitors use: `shop.example.org`.
   * @example domain: "shop.example.org"
   */
  readonly domain: string;
  /**
   * Further names in the same certificate. Changing them issues a new certificate.
   * @default []
   * @example alternatives: ["www.shop.example.org"]
   */
  readonly alternatives?: readonly string[];
  /**
   * DNS zone at the provider, in which the provider checks that the names are yours: `example.org`.
   * @default - the `dns` property's zone
   * @example zone: "example.org"
   */
  readonly zone?: string;
}

/** A certificate, its chain and its key. */
export interface GivenTlsProps extends TlsProps {
  /**
   * The certificate as PEM: text, or a Terraform expression. Changing it reloads what serves it.
   * @example certificate: fs.readFileSync("shop.pem", "utf8")
   */
  readonly certificate: string;
  /**
   * Intermediate certificates between it and the root that browsers trust, as PEM.
   * @default - none, or in `certificate`
   * @example chain: fs.readFileSync("chain.pem", "utf8")
   */
  readonly chain?: string;
  /**
   * Its private key as PEM, a sensitive Terraform expression; plain text is refused.
   * @example privateKey: tlsKey.stringValue
   */
  readonly privateKey: string;
}

const managedSchema = propsSchema<ManagedTlsProps>()({
  domain: dnsName.meta({ example: '"shop.example.org"' }),
  alternatives: z.array(dnsName).meta({ words: "a list of names", example: '["www.shop.example.org"]' }).optional(),
  zone: dnsName.meta({ example: '"example.org"' }).optional(),
  redirect: z.boolean().optional(),
});

const pem = orToken(block).meta({ words: "a text in PEM" });
const givenSchema = propsSchema<GivenTlsProps>()({
  certificate: pem.meta({ example: 'fs.readFileSync("shop.pem", "utf8")' }),
  chain: pem.meta({ example: 'fs.readFileSync("chain.pem", "utf8")' }).optional(),
  privateKey: pem.meta({ example: "tlsKey.stringValue" }),
  redirect: z.boolean().optional(),
});

/** Made by `Tls.managed(…)` or `Tls.given(…)`. */
export type EntranceTls = ManagedTls | GivenTls;

const trait = new Trait<Tls>("Tls");

/** Whether something is made by `Tls`. */
export const isTls = trait.has;

/** Encryption between visitors and the entrance. */
export abstract class Tls {
  static {
    trait.mark(this.prototype);
  }

  /** The provider issues the certificate and renews it. For engines of clouds. */
  static managed(props: ManagedTlsProps): ManagedTls {
    return new ManagedTls(givenProps("Tls.managed", managedSchema, props));
  }

  /** A certificate of your own, which you renew by deploying the new one. For every engine. */
  static given(props: GivenTlsProps): GivenTls {
    return new GivenTls(givenProps("Tls.given", givenSchema, props));
  }

  /** Whether port 80 redirects visitors to the encrypted port. */
  readonly redirect: boolean;

  protected constructor(props: TlsProps) {
    this.redirect = props.redirect ?? true;
  }

  /** @internal */
  abstract validate(path: string): void;
}

/** A certificate that the provider issues and renews, made by `Tls.managed(…)`. */
export class ManagedTls extends Tls {
  /** Tells it from `GivenTls`. */
  readonly kind = "managed";
  /** Name that visitors use. */
  readonly domain: string;
  /** Further names in the same certificate. */
  readonly alternatives: readonly string[];
  /** DNS zone at the provider; undefined for that of the `dns` property. */
  readonly zone: string | undefined;

  /** @internal */
  constructor(private readonly props: ManagedTlsProps) {
    super(props);
    this.domain = props.domain;
    this.alternatives = props.alternatives ?? [];
    this.zone = props.zone;
  }

  /** @internal */
  validate(path: string): void {
    checkProps(path, managedSchema, this.props, "tls");
  }
}

/** A certificate of your own, made by `Tls.given(…)`. */
export class GivenTls extends Tls {
  /** Tells it from `ManagedTls`. */
  readonly kind = "given";
  /** The certificate as PEM. */
  readonly certificate: string;
  /** Intermediate certificates as PEM. */
  readonly chain: string | undefined;
  /** The certificate's private key as PEM, a sensitive Terraform expression. */
  readonly privateKey: string;

  /** @internal */
  get domain(): string | undefined {
    return Token.isUnresolved(this.certificate) ? undefined : firstName(this.certificate);
  }

  /** @internal */
  constructor(private readonly props: GivenTlsProps) {
    super(props);
    this.certificate = props.certificate;
    this.chain = props.chain;
    this.privateKey = props.privateKey;
  }

  /** @internal */
  validate(path: string): void {
    checkProps(path, givenSchema, this.props, "tls");
    for (const property of ["certificate", "chain"] as const) {
      const pem = this.props[property];
      const problem = pem === undefined || Token.isUnresolved(pem) ? undefined : certificateProblem(pem);
      if (problem !== undefined) throw invalidProperty(path, `tls.${property}`, pem, problem);
    }
    if (!Token.isUnresolved(this.privateKey)) throw privateKeyInPlainText(path);
  }
}

function privateKeyInPlainText(path: string): BeehiveError {
  return new BeehiveError(
    path,
    `tls.privateKey is written into the program; it would stand in cdk.tf.json for everybody to read. ` +
      `Pass a TerraformVariable with sensitive: true, or another Terraform expression.`,
  );
}
