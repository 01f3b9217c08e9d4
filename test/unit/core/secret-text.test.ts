import fc from "fast-check";
import { secretIn, secretInFile } from "../../../lib/core/secret-text";
import { quoted } from "../../../lib/core/words";

/** Made up, and put together here, so that no scanner takes this file for a leak. */
const of = (letters: string, length: number) => letters.repeat(Math.ceil(length / letters.length)).slice(0, length);
const PEM = `-----BEGIN ${"OPENSSH "}PRIVATE KEY-----\n${of("b3BlbnNzaC1rZXktdjEA", 70)}\n`;
const SECRETS: [what: string, text: string][] = [
  ["a private key", PEM],
  ["a private key", `-----BEGIN ${""}PRIVATE KEY-----\\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQ`],
  [
    "a private key",
    `-----BEGIN RSA ${"PRIVATE"} KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,AB\n\n${of("MIIEvQIBAD", 64)}`,
  ],
  ["an access key of AWS", `AK${"IA"}${of("Q3EGTVJ5", 16)}`],
  ["a secret access key of AWS", `aws_secret_access_key = ${of("wJalrXUtnFEMI/K7MDENG+", 40)}`],
  ["a secret access key of AWS", `AWS_SECRET_ACCESS_KEY=${of("wJalrXUtnFEMI/K7MDENG+", 40)}`],
  ["a token of GitHub", `gh${"p_"}${of("a1B2", 36)}`],
  ["a token of GitHub", `github${"_pat_"}${of("11ABC_d", 82)}`],
  ["a token of GitLab", `gl${"pat-"}${of("aB3-_", 20)}`],
  ["a token of Slack", `xox${"b-"}${of("12345", 12)}-${of("67890", 12)}-${of("aB", 24)}`],
  ["a token of Slack", `https://hooks.slack${".com"}/services/T0123/B0123/${of("aB3", 24)}`],
  ["a secret key of Stripe", `sk_${"live_"}${of("aB3", 24)}`],
  ["a token of DigitalOcean", `dop${"_v1_"}${of("0a1b", 64)}`],
  ["a key of SendGrid", `S${"G."}${of("aB-", 22)}.${of("c_D", 43)}`],
  ["a token of npm", `//registry.example.org/:_auth${"Token="}${of("0a1b-", 36)}`],
  ["a token of Vault", `h${"vs."}${of("aB3", 90)}`],
  ["a key of Anthropic or OpenAI", `sk-${"ant-"}${of("api03-aB", 90)}`],
];
const IN_CLEAR: [what: string, text: string][] = [
  ...SECRETS,
  ["a private key", `-----BEGIN ${"EC "}PRIVATE KEY-----`],
  ["a JSON web token", `eyJhbGciOiJIUzI1NiJ9.${"eyJzdWIiOiIxMjM0NTY3ODkwIn0"}.dozjgNryP4J3jVmNHl0w5N`],
  ["a password in a URL (user:password@…)", "mysql://shop:hunter2@10.0.0.1/shop"],
  ["a password in a URL (user:password@…)", "redis://:hunter2@cache.example.org:6379"],
  ["a password in a URL (user:password@…)", "see https://ops:tiger%21@example.org/x and more"],
];
const HARMLESS = [
  "",
  "EUR",
  "https://shop.example.org:8443/a@b",
  "postgres://shop@10.0.0.1/shop",
  "mysql://shop:{{beehive:secret:db}}@10.0.0.1/shop",
  "mysql://shop:${TfToken[TOKEN.3]}@10.0.0.1/shop",
  "mysql://shop:$DB_PASSWORD@10.0.0.1/shop",
  "mysql://shop:***@10.0.0.1/shop",
  "git@github.com:owner/repository.git",
  "ssh://git@example.org:22/x",
  "AKIAIOSFODNN7EXAMPLE",
  "aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
  "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----",
  "-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----",
  "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIByNoPdRaPC9TeH3wkmjpH4BoJSKS2iYBoxAs1AOfywf somebody@laptop",
  "max_connections = 300\ntask-manager_token: none",
  "risk-free-and-very-long-words-without-any-meaning",
  'log-format "%ci:%cp [%t] %ft %b/%s"',
];

test.each(IN_CLEAR)("%s is found, wherever it stands in a text", (what, text) => {
  expect(secretIn(text)).toBe(what);
  expect(secretIn(`before="${text}"\nafter`)).toBe(what);
});

test.each(HARMLESS)("%j is nobody's secret", (text) => {
  expect([secretIn(text), secretInFile(text)]).toEqual([undefined, undefined]);
});

test.each(SECRETS)("%s is found in a file", (what, text) => {
  expect(secretInFile(`<?php $x = '${text}';`)).toBe(what);
});

test.each([
  "if (text.startsWith('-----BEGIN PRIVATE KEY-----')) return parse(text);",
  "# mysql://user:password@host/database",
  "const example = 'https://user:secret@example.org';",
])("a program may name what it handles: %s", (text) => {
  expect(secretInFile(text)).toBeUndefined();
});

test("no message shows one", () => {
  for (const [what, text] of IN_CLEAR)
    expect(quoted(`x ${text}`)).toBe(what === "a private key" ? "a private key's text" : `a text with ${what}`);
});

test("long texts of any kind take no time", () => {
  for (const unit of ["a:", "://a:", "eyJ.", "-----BEGIN ", "aws_secret", "A", "x@:/"]) {
    const begun = performance.now();
    secretIn(unit.repeat(100_000));
    secretInFile(unit.repeat(100_000));
    expect(performance.now() - begun).toBeLessThan(2000);
  }
});

test("texts without a sign of one are never taken for one", () => {
  const words = fc.array(
    fc.constantFrom("server", "max_connections", "300;", "/health", "10.0.0.1:3306", "-", "=", "a@b"),
  );
  fc.assert(fc.property(words, (list) => secretIn(list.join(" ")) === undefined));
});
