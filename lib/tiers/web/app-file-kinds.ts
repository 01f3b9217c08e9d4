import * as zlib from "node:zlib";
import { secretInFile } from "../../core/secret-text";

/** A file of an application's folder, as it is judged. */
export interface FoundFile {
  /** Relative to the folder. */
  readonly path: string;
  readonly content: Buffer;
}

/** What version control and desktops leave behind. */
const BOOKKEEPING = /^(\.git|\.hg|\.svn|\.DS_Store|Thumbs\.db)$/;
/** What editors and pipelines keep for themselves: never part of what runs. */
const LEFT_OUT =
  /^(\.gitignore|\.gitattributes|\.gitmodules|\.mailmap|\.github|\.gitlab|\.gitlab-ci\.yml|\.circleci|\.travis\.yml|\.editorconfig|\.idea|\.vscode|\.zed|\.dockerignore|\.prettierrc.*|\.prettierignore|\.eslintrc.*|\.eslintignore|\.stylelintrc.*|\.php-cs-fixer.*|\.phpunit\.result\.cache|\.terraform|desktop\.ini|\.#.*|.*~|.*\.sw[op])$/;

/** What hidden files and folders programs and frameworks need where they run. */
const NEEDED =
  /^(\.well-known|\.gitkeep|\.keep|\.htaccess|\.user\.ini|\.env\.(example|sample|dist|template)|\.next|\.output|\.nuxt|\.svelte-kit|\.astro|\.medusa|\.adonisrc.*|\.pnp\.(c?js|loader\.mjs)|\.yarn|\.yarnrc\.yml|\.browserslistrc|\.babelrc.*|\.swcrc|\.sequelizerc|\.mocharc.*|\.node-version|\.nvmrc|\.python-version|\.ruby-version|\.tool-versions|\.venv|\.bundle|\.rspec|\.nojekyll)$/;

/** What packages bring was read by everybody already, their tests' keys included. */
const PACKAGES = /(^|\/)(node_modules|vendor|site-packages)\//;

export const isOfPackage = (file: string): boolean => PACKAGES.test(file);

const nameOf = (file: string): string => file.slice(file.lastIndexOf("/") + 1);

export const isLeftOut = (file: string): boolean =>
  BOOKKEEPING.test(nameOf(file)) || (!isOfPackage(file) && LEFT_OUT.test(nameOf(file)));

const SECRETS =
  /^(\.env(\..*)?|\.netrc|\.pgpass|\.my\.cnf|\.mylogin\.cnf|\.htpasswd|\.git-credentials|\.dockercfg|id_(rsa|dsa|ecdsa|ed25519)(_sk)?|credentials(\.json)?|secrets?\.(ya?ml|json|toml|ini)|.*\.(ppk|p12|pfx|jks|keystore|kdbx|tfvars)|.*\.tfvars\.json|.*\.tfstate(\..*)?)$/i;

/** Copies that a web server hands out as text, because they no longer end as programs do. */
const COPIES =
  /\.(bak|backup|old|orig|save)(\.?\d+)?$|\.(php|phtml|inc|py|rb|js|ts|json|ya?ml|ini|conf)[._-](bak|old|orig|save|copy|\d+)$/i;

const DUMPS =
  /\.(sql|dump|mysqldump|pgdump)(\.(gz|bz2|xz|zst|lz4|7z|zip|br))$|\.(dump|mysqldump|pgdump|mdb|rdb|frm|ibd)$/i;
const SQL = /\.sql$/i;
/** Folders in which statements belong to the application. */
const OF_THE_APPLICATION = /(^|\/)(migrations?|migrate|schemas?|seeds?|fixtures?|sql|database|db)\//i;
const DUMP_BEGINS =
  /^-- (MySQL dump|MariaDB dump|PostgreSQL database( cluster)? dump|phpMyAdmin|Adminer|SQLite|Dump of|HeidiSQL|Host:)|^PRAGMA foreign_keys=OFF;\s+BEGIN TRANSACTION;/im;
const ROWS = /^\s*(INSERT|REPLACE)\s+INTO\s|^COPY\s.+\sFROM\s+stdin/im;
const SQLITE = Buffer.from("SQLite format 3\0", "latin1");

/** So much of a file is looked at; keys and heads of dumps stand at its beginning. */
const LOOKED_AT = 2 * 1024 * 1024;

/** Why a file or folder is not delivered by its name alone, in words that follow it. Undefined when nothing speaks against it. */
export function nameProblem(file: string, isFolder: boolean): string | undefined {
  const name = nameOf(file);
  if (isOfPackage(file) || NEEDED.test(name)) return undefined;
  if (!isFolder && SECRETS.test(name)) return "holds secrets as a rule";
  if (name.startsWith(".")) return "is hidden";
  if (isFolder) return undefined;
  if (COPIES.test(name)) return "is a copy that was put aside, and a web server shows it as text";
  return DUMPS.test(name) ? "is a copy of a database as a rule" : undefined;
}

/** The same by what it holds. */
export function contentProblem({ path, content }: FoundFile): string | undefined {
  if (isOfPackage(path)) return undefined;
  if (content.subarray(0, SQLITE.length).equals(SQLITE)) return "is a database (SQLite)";
  const text = readable(content);
  if (
    SQL.test(path) &&
    (DUMP_BEGINS.test(text.slice(0, 4096)) || (ROWS.test(text) && !OF_THE_APPLICATION.test(path)))
  ) {
    return "is a copy of a database with its rows";
  }
  const secret = secretInFile(text);
  return secret === undefined ? undefined : `holds ${secret}`;
}

/** Its text, unpacked where it is packed. Any byte becomes a character: what is looked for has ASCII's. */
function readable(content: Buffer): string {
  const isPacked = content[0] === 0x1f && content[1] === 0x8b;
  if (!isPacked) return content.subarray(0, LOOKED_AT).toString("latin1");
  try {
    return zlib
      .gunzipSync(content, { maxOutputLength: 16 * LOOKED_AT })
      .subarray(0, LOOKED_AT)
      .toString("latin1");
  } catch {
    return "";
  }
}
