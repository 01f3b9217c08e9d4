import { BeehiveError } from "../core/errors";
import { quoted, visible } from "../core/words";

export function unreadableKey(path: string, property: string, file: string, reason: string): BeehiveError {
  return new BeehiveError(
    path,
    `${property} is ${quoted(file)}, which cannot be read (${reason}). Correct the path, or make a key with ` +
      `ssh-keygen -t ed25519 -f ${visible(file.slice(0, 80))}, or leave it out to use the SSH agent.`,
  );
}

export function notAPrivateKey(path: string, property: string, file: string, form: "putty" | "other"): BeehiveError {
  const why =
    form === "putty"
      ? `a key in PuTTY's form, which Terraform does not read. Convert it: puttygen ${file} -O private-openssh -o ${file}.pem`
      : `which is no private key (a private key begins with "-----BEGIN … PRIVATE KEY-----"). Give the file without .pub`;
  return new BeehiveError(path, `${property} is ${quoted(file)}, ${why}.`);
}

/** Never repeats what it was given. */
export function keyInsteadOfFile(path: string, property: string): BeehiveError {
  return new BeehiveError(
    path,
    `${property} is the text of a key; it takes the name of the file that the key is in, such as ` +
      (/public/i.test(property)
        ? `"~/.ssh/id_ed25519.pub". Write the text into a file, and give its name.`
        : `"~/.ssh/id_ed25519". Take the key out of the program, and make a new one if others can read it.`),
  );
}

export function keyWithPassphrase(path: string, property: string, file: string): BeehiveError {
  return new BeehiveError(
    path,
    `${property} is ${quoted(file)}, a key with a passphrase, and Terraform asks for none. Leave ${property} out and give the key ` +
      `to the SSH agent (ssh-add ${file}), or use a key without a passphrase (ssh-keygen -t ed25519 -N "" -f another file).`,
  );
}

export function notAHostKey(path: string, property: string, value: string): BeehiveError {
  const print = /^(SHA256:|MD5:|([0-9a-f]{2}:){15})/i.test(value);
  return new BeehiveError(
    path,
    `${property} is ${quoted(value)}, which is ${print ? "a key's fingerprint" : "no public host key"}; write type and key, such as ` +
      `"ssh-ed25519 AAAA…". ssh-keyscan followed by the address prints them after the address; of several, Terraform looks at ` +
      `ECDSA first. "any" takes whoever answers.`,
  );
}

export function notAnAccount(path: string, property: string, value: string): BeehiveError {
  const [name = "", ...rest] = value.split("@");
  const fix =
    rest.length > 0 && ACCOUNT.test(name)
      ? `it is the account alone, and the address stands in another property. Write ${quoted(name)}.`
      : `an account is letters, digits, dots, dashes and underscores, such as "debian".`;
  return new BeehiveError(path, `${property} is ${quoted(value)}; ${fix}`);
}

/** What Debian and the directories that it asks take for the name of an account. */
export const ACCOUNT = /^[A-Za-z_][A-Za-z0-9_.-]*\$?$/;

export function notABastion(path: string, property: string, value: string): BeehiveError {
  return new BeehiveError(
    path,
    `${property} is ${quoted(value)}; it is a DNS name or an IP address alone, such as "bastion.example.org". Account and port ` +
      `have properties of their own: user and port.`,
  );
}

export function unreadableKnownHosts(path: string, property: string, files: string, reason: string): BeehiveError {
  return new BeehiveError(
    path,
    `${property} leads to ${files}, which cannot be read (${reason}). Correct the path, or make the file readable for the account ` +
      `that synthesizes.`,
  );
}
