import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import type { ManifestSite } from "../manifest/manifest";
import { run } from "./command";
import { noPublicKey, notAPublicKey } from "./errors";

const PUBLIC_KEY = /^(?:ssh-(?:ed25519|rsa)|ecdsa-sha2-\S+|sk-\S+) [A-Za-z0-9+/=]+(?: .*)?$/;

/**
 * The key that a site's machines let in: the given one (a file, or its content), that of the site's private key, or
 * the first one of the SSH agent.
 *
 * @param directory what relative paths of the manifest start from.
 */
export async function publicKey(site: ManifestSite, given: string | undefined, directory: string): Promise<string> {
  if (given !== undefined) return givenKey(given);
  const tried: string[] = [];
  const file = site.ssh?.privateKeyFile;
  if (file !== undefined) {
    const found = await keyOfFile(path.resolve(directory, expandHome(file)));
    if (found !== undefined) return found;
    tried.push(file);
  } else {
    const agent = await run(["ssh-add", "-L"]).catch(() => undefined);
    const found = agent?.status === 0 ? firstKey(agent.stdout) : undefined;
    if (found !== undefined) return found;
    tried.push("the SSH agent");
  }
  throw noPublicKey(site.name, tried);
}

function givenKey(given: string): string {
  const content = firstKey(given);
  if (content !== undefined) return content;
  const file = expandHome(given);
  const found = fs.existsSync(file) ? firstKey(fs.readFileSync(file, "utf8")) : undefined;
  if (found === undefined) throw notAPublicKey(`"${given.split("\n")[0]}"`);
  return found;
}

async function keyOfFile(file: string): Promise<string | undefined> {
  // Beside it first: a key with a passphrase cannot be derived without asking.
  if (fs.existsSync(`${file}.pub`)) return firstKey(fs.readFileSync(`${file}.pub`, "utf8"));
  const derived = await run(["ssh-keygen", "-y", "-P", "", "-f", file]).catch(() => undefined);
  return derived?.status === 0 ? firstKey(derived.stdout) : undefined;
}

const firstKey = (text: string): string | undefined =>
  text
    .split("\n")
    .map((line) => line.trim())
    .find((line) => PUBLIC_KEY.test(line));

const expandHome = (file: string): string => file.replace(/^~(?=\/|$)/, os.homedir());
