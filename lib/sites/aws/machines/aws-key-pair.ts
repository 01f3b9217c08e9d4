import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { KeyPair } from "@cdktf/provider-aws/lib/key-pair";
import { Construct } from "constructs";
import { Token } from "../../../cdktf";
import { unreadableKey } from "../../../rollout/key-errors";
import { sha256 } from "../../../core/sha256";
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
    const publicKey = readPublicKey(aws.path, choice);
    // Terraform makes a new pair before it removes the old one, because machines refer to it: it needs another name.
    const name = aws.labels.name(AWS_NAMES.keyPair, sha256(publicKey).slice(0, 8));
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
function readPublicKey(where: string, { publicKeyFile, privateKeyFile }: KeyChoice): string {
  const file = publicKeyFile ?? (privateKeyFile === undefined ? undefined : `${privateKeyFile}.pub`);
  if (file === undefined) throw noKey(where);
  const property = publicKeyFile === undefined ? "ssh.privateKeyFile (its .pub)" : "ssh.publicKeyFile";
  const expanded = file.startsWith("~") ? path.join(os.homedir(), file.slice(1)) : path.resolve(file);
  let content: string;
  try {
    content = fs.readFileSync(expanded, "utf8").trim();
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw unreadableKey(where, property, file, code === "ENOENT" ? "there is no such file" : message);
  }
  const [key] = /^(ssh-ed25519|ssh-rsa) [A-Za-z0-9+/]{40,}={0,3}/.exec(content) ?? [];
  if (key === undefined || content.includes("\n")) throw notAPublicKey(where, property, file);
  return key;
}
