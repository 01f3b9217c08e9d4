/** What looks like a secret: by the name that it has, and by its text. */

const SECRET_WORD = "(?:password|passphrase|secret|token|api_?key|private_?key)";

/** Names of what must not be printed: `password`, `privateKeyFile`, `SECRET_KEY_BASE`. */
export const SECRET = new RegExp(`${SECRET_WORD}(s|file|_\\w*)?$`, "i");

/** `DB_PASSWORD=…` and `"password": "…"` in a text. */
export const ASSIGNED = new RegExp(`(${SECRET_WORD}\\w*["']?\\s*[:=]\\s*)[^]*`, "gi");

/** Whether a variable of that name holds a secret as a rule. */
export const namesSecret = (name: string): boolean => /PASSWORD|SECRET|TOKEN|API_?KEY|PRIVATE_KEY/i.test(name);

interface Kind {
  readonly what: string;
  readonly pattern: RegExp;
}

/** What a private key is called in messages. */
export const PRIVATE_KEY = "a private key";
const KEY_BEGINS = "-----BEGIN (?:[A-Z0-9]+ ){0,3}PRIVATE KEY(?: BLOCK)?-----";
/** In a program's text its first line is enough. */
const ANY_PRIVATE_KEY: Kind = { what: PRIVATE_KEY, pattern: new RegExp(`${KEY_BEGINS}|PuTTY-User-Key-File-\\d`) };
/** Files of programs that handle keys name that line, too; a key has its text after it, on lines or in one of JSON. */
const WHOLE_PRIVATE_KEY: Kind = {
  what: PRIVATE_KEY,
  pattern: new RegExp(
    `${KEY_BEGINS}(?:\\\\r|\\\\n|\\s){1,8}(?:[A-Za-z-]{1,40}: [^\\n\\\\]{0,200}(?:\\\\r|\\\\n|\\s){1,8}){0,4}[A-Za-z0-9+/=]{40}|PuTTY-User-Key-File-\\d: `,
  ),
};

/**
 * Tokens that say themselves what they are. Each vendor's own form: a word in front that stands nowhere else, and a length. What is
 * made for pages that everybody reads (publishable keys, keys of maps) is none.
 */
const TOKENS: readonly Kind[] = [
  { what: "an access key of AWS", pattern: /\b(?:AKIA|ASIA)(?!\w{9}EXAMPLE)[A-Z2-7]{16}\b/ },
  {
    what: "a secret access key of AWS",
    pattern: /aws_?(?:secret|session)_?\w{0,40}["']?\s{0,20}[:=]\s{0,20}["']?(?!\S{30}EXAMPLEKEY)[A-Za-z0-9/+]{40}/i,
  },
  { what: "a token of GitHub", pattern: /\b(?:gh[pousr]_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9_]{40})/ },
  { what: "a token of GitLab", pattern: /\bgl(?:pat|dt|rt|ptt|agent|oas)-[\w-]{20}/ },
  { what: "a token of Slack", pattern: /\bxox[abeoprs]-\d+-[\w-]{10}|hooks\.slack\.com\/services\/T\w+\/B\w+\/\w{16}/ },
  { what: "a secret key of Stripe", pattern: /\b(?:[rs]k_live_|whsec_)[A-Za-z0-9]{16}/ },
  { what: "a token of DigitalOcean", pattern: /\bdo[opr]_v1_[a-f0-9]{64}\b/ },
  { what: "a key of SendGrid", pattern: /\bSG\.[\w-]{22}\.[\w-]{43}\b/ },
  { what: "a token of npm", pattern: /\bnpm_[A-Za-z0-9]{36}\b|:_authToken=(?!\$)[\w-]{20}/ },
  { what: "a token of PyPI", pattern: /\bpypi-AgEI[\w-]{50}/ },
  { what: "a token of Vault", pattern: /\bhv[bs]\.[\w-]{24}/ },
  { what: "a token of HCP Terraform", pattern: /\.atlasv1\.[\w-]{60}/ },
  {
    what: "a key of Anthropic or OpenAI",
    pattern: /\bsk-(?:ant-[\w-]{20}|(?:proj-|svcacct-)[\w-]{20}|[\w-]{20}T3BlbkFJ)/,
  },
  { what: "a secret of Google", pattern: /\bGOCSPX-[\w-]{28}\b/ },
];

/** A header and a body of JSON, and a signature. */
const JSON_WEB_TOKEN: Kind = { what: "a JSON web token", pattern: /\beyJ[\w-]{10,2000}\.eyJ[\w-]{10,8000}\.[\w-]{10}/ };

/** Stands in each of them: most texts are short and have none, and thousands of them pass here. */
const SIGN =
  /PRIVATE KEY|PuTTY|AKIA|ASIA|aws_?se|gh[pousr]_|github_pat|\bgl[a-z]{1,8}-|xox|hooks\.slack|k_live_|whsec_|_v1_|SG\.|npm_|_authToken|pypi-|hv[bs]\.|atlasv1|sk-|GOCSPX|eyJ|:\/\//i;

/** The password of `scheme://user:password@host`. */
const URL_PASSWORD = /\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s/?#@:'"<>]{0,200}:([^\s/?#@'"<>]{1,200})@[^\s/?#@'"<>]/gi;
/** What stands for a password: an expression, a placeholder, a variable, stars. */
const STANDS_FOR_ONE = /[${]|^%[sd(]|^[*x.…]+$|^%\w+%$/i;

function urlPassword(text: string): boolean {
  if (!text.includes("://")) return false;
  return [...text.matchAll(URL_PASSWORD)].some(([, password]) => !STANDS_FOR_ONE.test(password!));
}

/**
 * What stands in a text of a program and must not be read by others: `a private key`. Undefined when there is nothing.
 * It finds what has a form of its own; a password among words looks like a word.
 */
export function secretIn(text: string): string | undefined {
  if (!SIGN.test(text)) return undefined;
  const found = [ANY_PRIVATE_KEY, ...TOKENS, JSON_WEB_TOKEN].find(({ pattern }) => pattern.test(text));
  return found?.what ?? (urlPassword(text) ? "a password in a URL (user:password@…)" : undefined);
}

/** The same in a file of an application, where a URL and a beginning of a key are part of programs and of their words. */
export function secretInFile(text: string): string | undefined {
  if (!SIGN.test(text)) return undefined;
  return [WHOLE_PRIVATE_KEY, ...TOKENS].find(({ pattern }) => pattern.test(text))?.what;
}
