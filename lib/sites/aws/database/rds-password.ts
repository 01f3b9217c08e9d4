import { Fn, Op, Token } from "../../../cdktf";
import type { RequestedDatabase } from "../../../contracts/database-engine";
import { productOf, type RdsDatabase } from "./rds-product";

/**
 * A number that changes with the password, by which Terraform knows that a password it does not keep is another one. It says of the
 * password what 28 bits of a hash say.
 */
export function passwordVersion(password: string): number {
  return Token.asNumber(Fn.parseint(Fn.substr(Fn.sha256(password), 0, 7), 16));
}

/** A precondition: AWS itself refuses a password only when everything else is made. */
export function passwordRule(database: RdsDatabase, { name, password }: RequestedDatabase) {
  const { password: most } = productOf(database);
  const refused = Fn.regexall(Fn.rawString('[/"@ ]'), password());
  return [
    {
      condition: Token.asString(Op.and(Op.lte(Fn.lengthOf(password()), most), Op.lt(Fn.lengthOf(refused), 1))),
      errorMessage:
        `The password of the database ${name} is none that RDS takes: up to ${most} characters, without slash, double quote, ` +
        `at sign and space. Give one, for example from: openssl rand -hex 20`,
    },
  ];
}
