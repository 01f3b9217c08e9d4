import { databaseVersion } from "../engine-errors";

/** The products of RDS that Beehive supports. */
export type RdsDatabase = "mysql" | "mariadb" | "postgresql";

interface Product {
  /** AWS's name of it. */
  readonly engine: string;
  readonly protocol: "mysql" | "postgresql";
  readonly port: number;
  readonly version: string;
  /** A major version, and one with what comes after it. */
  readonly versions: RegExp;
  /** How many characters the account's name may have, and which names AWS keeps. */
  readonly user: { readonly max: number; readonly reserved: readonly string[] };
  readonly password: number;
  /** Logs that AWS can hand on to CloudWatch, and which of them say what went wrong. */
  readonly logs: { readonly all: readonly string[]; readonly errors: readonly string[] };
  /** The parameter that refuses connections without TLS. */
  readonly tlsParameter: string;
}

const MYSQL = {
  protocol: "mysql",
  port: 3306,
  user: { max: 16, reserved: ["rdsadmin", "rdsrepladmin"] },
  password: 41,
  logs: { all: ["audit", "error", "general", "slowquery"], errors: ["error"] },
  tlsParameter: "require_secure_transport",
} as const;

/** https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html */
const PRODUCTS: Readonly<Record<RdsDatabase, Product>> = {
  mysql: { ...MYSQL, engine: "mysql", version: "8.4", versions: /^(8\.\d|9\.\d|\d{2}\.\d+)(\.\d+)?$/ },
  mariadb: { ...MYSQL, engine: "mariadb", version: "11.4", versions: /^(1\d\.\d{1,2})(\.\d+)?$/ },
  postgresql: {
    engine: "postgres",
    protocol: "postgresql",
    port: 5432,
    version: "17",
    versions: /^(1[2-9]|[2-9]\d)(\.\d+)?$/,
    user: { max: 63, reserved: ["admin", "rdsadmin", "rdstopmgr", "postgres"] },
    password: 128,
    logs: { all: ["postgresql", "upgrade"], errors: ["postgresql", "upgrade"] },
    tlsParameter: "rds.force_ssl",
  },
};

export const RDS_DATABASES = Object.keys(PRODUCTS) as RdsDatabase[];

export const productOf = (database: RdsDatabase): Product => PRODUCTS[database];

export interface RdsVersion {
  /** As AWS takes it. */
  readonly text: string;
  /** Of parameter groups: `mysql8.4`, `postgres17`. */
  readonly family: string;
}

/** @throws BeehiveError when a text is no version of the database */
export function versionOf(path: string, database: RdsDatabase, text?: string): RdsVersion {
  const { engine, version, versions } = PRODUCTS[database];
  const match = versions.exec(text ?? version);
  if (match === null) throw databaseVersion(path, database, text!, version);
  return { text: match[0], family: `${engine}${match[1]}` };
}
