import * as fs from "node:fs";
import { DataDigitaloceanSshKey } from "@cdktf/provider-digitalocean/lib/data-digitalocean-ssh-key";
import type { DigitaloceanProvider } from "@cdktf/provider-digitalocean/lib/provider";
import { SshKey } from "@cdktf/provider-digitalocean/lib/ssh-key";
import { Construct } from "constructs";
import { keyInsteadOfFile } from "../../../rollout/key-errors";
import { isKeyText } from "../../../rollout/private-key";
import { expandHome } from "../../../core/home";
import { readPublicKey } from "../../shared/public-key";
import { providerName } from "../../shared/names";
import { DIGITALOCEAN_NAMES, type DigitalOceanLabels } from "../digitalocean-labels";
import { noLoginKey, notAPublicKeyFile } from "../errors";

export interface LoginKeysProps {
  /** What the account calls them: fingerprint, id or name. */
  readonly keys?: readonly string[];
  /** OpenSSH public key to bring into the account. */
  readonly publicKeyFile?: string;
  /** Its `.pub` is taken when nothing else is said. */
  readonly privateKeyFile?: string;
  readonly provider: DigitaloceanProvider;
  readonly labels: DigitalOceanLabels;
}

const FINGERPRINT = /^([0-9a-f]{2}:){15}[0-9a-f]{2}$/;
const PUBLIC_KEY = /^(ssh-(ed25519|rsa)|ecdsa-sha2-\S+|sk-\S+) [A-Za-z0-9+/=]+( .*)?$/;

/**
 * The keys that new droplets let in. Those of the account are looked up, a public key is brought into the account. Droplets
 * get their keys when they are made, and never again.
 */
export class DigitalOceanLoginKeys extends Construct {
  /** Fingerprints and ids, as a droplet takes them. */
  readonly ids: readonly string[];

  constructor(scope: Construct, id: string, props: LoginKeysProps) {
    super(scope, id);
    const site = scope.node.path;
    const { keys = [], provider } = props;
    const given = publicKey(site, props);
    const known = keys.map((key) =>
      FINGERPRINT.test(key) || /^\d+$/.test(key)
        ? key
        : new DataDigitaloceanSshKey(this, providerName([key], DIGITALOCEAN_NAMES.resource), { provider, name: key })
            .fingerprint,
    );
    const made =
      given === undefined
        ? []
        : [new SshKey(this, "Resource", { provider, name: props.labels.name("login"), publicKey: given }).fingerprint];
    if (known.length + made.length === 0) throw noLoginKey(site);
    this.ids = [...known, ...made];
  }
}

/** Read when the stack is synthesized; a public key is no secret, and a private one must not get into the stack by mistake. */
function publicKey(site: string, { keys = [], publicKeyFile, privateKeyFile }: LoginKeysProps): string | undefined {
  if (publicKeyFile !== undefined) return read(site, publicKeyFile);
  const beside = privateKeyFile === undefined || keys.length > 0 ? undefined : `${privateKeyFile}.pub`;
  return beside !== undefined && fs.existsSync(expandHome(beside)) ? read(site, beside) : undefined;
}

function read(site: string, file: string): string {
  if (isKeyText(file)) throw keyInsteadOfFile(site, "ssh.publicKeyFile");
  return readPublicKey(file, PUBLIC_KEY, (problem = 'it does not hold one line that begins like "ssh-ed25519 AAAA"') =>
    notAPublicKeyFile(site, file, problem),
  );
}
