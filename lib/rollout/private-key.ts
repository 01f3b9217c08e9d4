/** What a file that should hold a private key holds. */
export type PrivateKeyForm = "plain" | "passphrase" | "putty" | "other";

const OPENSSH = "openssh-key-v1\0";

/** Without a passphrase nothing of the key itself is looked at: OpenSSH, PKCS #8 and the older PEM forms say it in clear. */
export function privateKeyForm(content: string): PrivateKeyForm {
  const text = content.trimStart();
  if (text.startsWith("PuTTY-User-Key-File-")) return "putty";
  const [, kind] = /^-----BEGIN ([A-Z0-9 ]*)PRIVATE KEY-----/.exec(text) ?? [];
  if (kind === undefined) return "other";
  if (kind === "ENCRYPTED " || /^Proc-Type:\s*4,\s*ENCRYPTED/m.test(text)) return "passphrase";
  return kind === "OPENSSH " && cipherOf(text) !== "none" ? "passphrase" : "plain";
}

/** The first field of OpenSSH's own form (PROTOCOL.key); one that cannot be read is left to whoever uses it. */
function cipherOf(text: string): string {
  const bytes = Buffer.from(text.replace(/-----[^-]+-----/g, ""), "base64");
  if (bytes.subarray(0, OPENSSH.length).toString("latin1") !== OPENSSH || bytes.length < OPENSSH.length + 4)
    return "none";
  const start = OPENSSH.length + 4;
  return bytes.subarray(start, start + bytes.readUInt32BE(OPENSSH.length)).toString("latin1");
}

/** Whether a text is a key and not the name of a file: such a text is never repeated. */
export function isKeyText(text: string): boolean {
  const begins = /-----BEGIN |PuTTY-User-Key-File-|b3BlbnNzaC1rZXktdj|^(ssh|ecdsa|sk)-\S+ AAAA/;
  return begins.test(text.trim()) || text.trim().includes("\n");
}

/** `ssh-ed25519 AAAA…`, with or without a comment: the key names its own type once more. */
export function isPublicHostKey(text: string): boolean {
  const [type = "", key = ""] = text.trim().split(/\s+/);
  if (text.trim().includes("\n") || !/^(ssh|ecdsa|sk-ssh|sk-ecdsa)-[a-z0-9@.-]+$/.test(type)) return false;
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(key)) return false;
  const bytes = Buffer.from(key, "base64");
  return bytes.length > 4 + type.length && bytes.subarray(4, 4 + type.length).toString("latin1") === type;
}
