import { BeehiveError } from "../core/errors";
import { quoted } from "../core/words";

export function unreadableKey(path: string, property: string, file: string, reason: string): BeehiveError {
  return new BeehiveError(
    path,
    `${property} is ${quoted(file)}, which cannot be read (${reason}). Correct the path, or make a key with ` +
      `ssh-keygen -t ed25519 -f ${file}, or leave it out to use the SSH agent.`,
  );
}

export function notAPrivateKey(path: string, property: string, file: string): BeehiveError {
  return new BeehiveError(
    path,
    `${property} is ${quoted(file)}, which is no private key (a private key begins with "-----BEGIN"). ` +
      `Give the file without .pub.`,
  );
}
