import { z } from "../../core/zod";
import { TerraformStack, TerraformVariable, Token } from "../../cdktf";
import { invalidProperty } from "../../core/errors";
import { line, orToken, propsSchema } from "../../core/props";
import { plainTextPassword } from "../../core/secret-errors";
import type { Tier } from "../tier";

/** One database and the account that uses it. */
export interface DatabaseProps {
  /**
   * Letters, digits and underscores, 64 at most (PostgreSQL: 63). A database that is missing is made; a deploy never drops one.
   * @example name: "shop"
   */
  readonly name: string;
  /**
   * Account that may use this database and no other: letters, digits and underscores, 80 at most in a Galera cluster,
   * 32 in MySQL, 63 in PostgreSQL, 16 where RDS runs MySQL or MariaDB. A renamed account is a new one; a deploy drops none.
   * @default - the database's name
   * @example user: "shop_app"
   */
  readonly user?: string;
  /**
   * Password of the account, a sensitive Terraform expression; plain text is refused. Changing it changes the account
   * on the next deploy.
   * @default - a sensitive Terraform variable `<id>_<database>_password`
   * @example password: password.stringValue
   */
  readonly password?: string;
}

const name = z
  .string()
  .regex(/^[A-Za-z0-9_]+$/, "must be letters, digits and underscores")
  .meta({ example: '"shop"' });

/** What all databases have. @internal */
export const databaseShape = {
  name,
  user: name.meta({ example: '"shop_app"' }).optional(),
  password: orToken(line).meta({ example: "password.stringValue" }).optional(),
};

/** Of the property `databases` of a tier, for one kind of databases. @internal */
export const databasesOf = <T extends z.ZodType>(database: T) =>
  z
    .array(z.union([name, database]))
    .min(1, "name at least one database")
    .meta({ words: "a list of databases", example: '["shop"]' });

/** Of the property `databases` of a tier. @internal */
export const databasesSchema = databasesOf(propsSchema<DatabaseProps>()(databaseShape));

/** A database and the account that uses it. */
export interface DatabaseAccount {
  readonly name: string;
  readonly user: string;
  /** Names the password in placeholders. */
  readonly secret: string;
  /** Whether the program gives the password. */
  readonly passwordGiven: boolean;
  /** Terraform expression: what the program gives, or a sensitive variable that is made with the first call. */
  readonly password: () => string;
}

/** What a database allows for names. */
export interface NameLimits {
  /** Its name, for messages. */
  readonly database: string;
  /** Characters of a database's name. */
  readonly name: number;
  /** Characters of an account's name. */
  readonly user: number;
}

/** Refuses names that the database would cut or refuse. */
export function checkNameLengths(path: string, accounts: readonly DatabaseAccount[], limits: NameLimits): void {
  accounts.forEach((account, i) => {
    for (const key of ["name", "user"] as const) {
      const { length } = account[key];
      if (length <= limits[key]) continue;
      const own =
        key === "user" && account.user === account.name ? ` The user is named after the database: give it one.` : "";
      const problem =
        `it has ${length} characters, and ${limits.database} takes ${limits[key]} for ` +
        `${key === "name" ? "a database" : "an account"}. Shorten it.${own}`;
      throw invalidProperty(path, `databases.${i}.${key}`, account[key], problem);
    }
  });
}

/** @param reserved names that the database takes for itself, in lower case */
export function databaseAccounts(
  tier: Tier,
  databases: readonly (string | DatabaseProps)[],
  reserved: readonly string[],
): DatabaseAccount[] {
  const wanted: readonly DatabaseProps[] = databases.map((one) => (typeof one === "string" ? { name: one } : one));
  wanted.forEach(({ password }, i) => {
    if (password !== undefined && !Token.isUnresolved(password))
      throw plainTextPassword(tier.path, `databases.${i}.password`);
  });
  const accounts = wanted.map(({ name, user = name, password }): DatabaseAccount => {
    let made = password;
    return {
      name,
      user,
      secret: `database/${tier.instance}/${name}`,
      passwordGiven: password !== undefined,
      password: () =>
        (made ??= sensitiveVariable(
          tier,
          `${name}_password`,
          `Password of ${user} for the database ${name} of ${tier.path}.`,
        )),
    };
  });
  checkNames(tier.path, accounts, reserved);
  return accounts;
}

/** One of them by name. @throws BeehiveError when there is no such database */
export function accountOf<T extends { readonly name: string }>(path: string, accounts: readonly T[], name: string): T {
  const account = accounts.find((one) => one.name === name);
  if (account !== undefined) return account;
  const known = accounts.map((one) => one.name).join(", ");
  throw invalidProperty(path, "database", name, `its databases are ${known}.`);
}

/** A sensitive variable whose name users can type: `db_shop_password` is set by `TF_VAR_db_shop_password`. */
export function sensitiveVariable(tier: Tier, suffix: string, description: string): string {
  const variable = new TerraformVariable(tier, suffix, { type: "string", sensitive: true, description });
  const inStack = tier.path.slice(TerraformStack.of(tier).node.path.length + 1);
  const id = `${inStack}_${suffix}`.replace(/[^A-Za-z0-9_]+/g, "_").toLowerCase();
  variable.overrideLogicalId(id);
  variable.addOverride("validation", [
    {
      condition: `\${length(var.${id}) >= 12}`,
      error_message: "Give 12 characters or more, for example from: openssl rand -hex 24",
    },
  ]);
  return variable.stringValue;
}

function checkNames(path: string, accounts: readonly DatabaseAccount[], reserved: readonly string[]): void {
  for (const key of ["name", "user"] as const) {
    const values = accounts.map((account) => account[key]);
    values.forEach((value, i) => {
      if (values.indexOf(value) !== i) {
        throw invalidProperty(
          path,
          `databases.${i}.${key}`,
          value,
          "it is used twice; give each database a name and a user of its own.",
        );
      }
      if (reserved.includes(value.toLowerCase())) {
        throw invalidProperty(path, `databases.${i}.${key}`, value, "the name is reserved; choose another.");
      }
    });
  }
}
