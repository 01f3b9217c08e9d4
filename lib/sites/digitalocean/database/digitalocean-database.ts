import type { DatabaseEngine } from "../../../contracts/database-engine";
import { givenProps } from "../../../core/props";
import { DatabaseCluster, databaseSchema } from "./database-cluster";
import type { DigitalOceanDatabaseProps } from "./database-props";

/** Databases that DigitalOcean runs in one region of a `DigitalOceanSite`, for `engine` of a `ManagedDatabase`. */
export abstract class DigitalOceanDatabase {
  /** MySQL: a writer with one or two standbys. */
  static mysql(props: DigitalOceanDatabaseProps = {}): DatabaseEngine {
    return new DatabaseCluster("mysql", givenProps("DigitalOceanDatabase.mysql", databaseSchema, props));
  }

  /**
   * PostgreSQL: a writer with one or two standbys. From version 15 on, an account may not create tables unless the
   * database's owner allows it: run once, as DigitalOcean's `doadmin`, `GRANT ALL ON SCHEMA public TO <user>` in each
   * database.
   */
  static postgresql(props: DigitalOceanDatabaseProps = {}): DatabaseEngine {
    return new DatabaseCluster("postgresql", givenProps("DigitalOceanDatabase.postgresql", databaseSchema, props));
  }
}
