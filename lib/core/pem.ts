import { X509Certificate } from "node:crypto";

const BLOCK = /-----BEGIN ([A-Z0-9 ]+)-----([\s\S]*?)-----END \1-----/g;

/**
 * What is wrong with a text that should be certificates as PEM, and how to mend it. It repeats nothing of the text, which may hold
 * a key.
 */
export function certificateProblem(text: string): string | undefined {
  if (/-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----/.test(text))
    return "a private key stands in it, and it is delivered and kept in clear. Take the key out, and make a new one if others can read it.";
  if (!text.trimStart().startsWith("-----BEGIN CERTIFICATE-----"))
    return 'a certificate as PEM begins with "-----BEGIN CERTIFICATE-----". Give the text, not the name of a file.';
  for (const [, kind = "", body = ""] of text.matchAll(BLOCK)) {
    if (kind !== "CERTIFICATE") return `it holds a ${kind}; only certificates belong here. Take it out.`;
    if (!/^[A-Za-z0-9+/\s]+=*\s*$/.test(body))
      return "between its lines BEGIN and END stands no base64. Copy the whole file as it is.";
  }
  if (text.replace(BLOCK, "").includes("-----BEGIN"))
    return 'a certificate in it has no "-----END CERTIFICATE-----". Copy the whole file as it is.';
  return undefined;
}

/** The first DNS name that the first certificate of a text is for, wildcards left out; undefined when it cannot be read. */
export function firstName(text: string): string | undefined {
  try {
    const { subjectAltName = "" } = new X509Certificate(text);
    return /(?:^|, )DNS:([a-z0-9][a-z0-9.-]*)(?:,|$)/i.exec(subjectAltName)?.[1]?.toLowerCase();
  } catch {
    // Whether it is a certificate at all is said by whoever serves it.
    return undefined;
  }
}
