import { KeyPair } from "@cdktf/provider-aws/lib/key-pair";
import { Construct } from "constructs";
import { Token } from "../../../cdktf";
import { keyInsteadOfFile, unreadableKey } from "../../../rollout/key-errors";
import { isKeyText } from "../../../rollout/private-key";
import { sha256 } from "../../../core/sha256";
import { readPublicKey } from "../../shared/public-key";
import { AWS_NAMES } from "../aws-labels";
import type { AwsScope } from "../aws-scope";
import { nameTooLong, noKey, notAPublicKey, twoKeys } from "../errors";

/** With which key new machines are made. */
export interface KeyChoice {
  /** `~` is the home of the account that synthesizes. */
  readonly publicKeyFile?: string;
  /** Key pair that the region has already. */
  readonly keyName?: string;
  /** `.pub` beside it is the public key, when nothing else is said. */
  readonly privateKeyFile?: string;
}

/** The key that opens new machines. Machines that are there keep theirs: a key cannot be taken out of them from outside. */
export class AwsKeyPair extends Construct {
  /** Expression. */
  readonly keyName: string;

  constructor(scope: Construct, id: string, aws: AwsScope, choice: KeyChoice) {
    super(scope, id);
    const { keyName } = choice;
    if (keyName !== undefined) {
      if (choice.publicKeyFile !== undefined) throw twoKeys(aws.path);
      const { max } = AWS_NAMES.keyPair;
      if (!Token.isUnresolved(keyName) && keyName.length > max)
        throw nameTooLong(aws.path, "ssh.keyName", keyName, max);
      this.keyName = keyName;
      return;
    }
    const publicKey = chosenKey(aws.path, choice);
    // Terraform makes a new pair before it removes the old one, because machines refer to it: it needs another name.
    const name = aws.labels.named(AWS_NAMES.keyPair, sha256(publicKey).slice(0, 8));
    const pair = new KeyPair(this, "Resource", {
      provider: aws.provider,
      keyName: name,
      publicKey,
      tags: aws.labels.siteTags("key"),
    });
    this.keyName = pair.keyName;
  }
}

/** Without its comment, which has no function and may hold a person's name. */
const PUBLIC_KEY = /^(ssh-ed25519|ssh-rsa) [A-Za-z0-9+/]{40,}={0,3}/;

function chosenKey(where: string, { publicKeyFile, privateKeyFile }: KeyChoice): string {
  const file = publicKeyFile ?? (privateKeyFile === undefined ? undefined : `${privateKeyFile}.pub`);
  if (file === undefined) throw noKey(where);
  const property = publicKeyFile === undefined ? "ssh.privateKeyFile (its .pub)" : "ssh.publicKeyFile";
  if (isKeyText(file)) throw keyInsteadOfFile(where, property);
  return readPublicKey(file, PUBLIC_KEY, (problem) =>
    problem === undefined ? notAPublicKey(where, property, file) : unreadableKey(where, property, file, problem),
  );
}
