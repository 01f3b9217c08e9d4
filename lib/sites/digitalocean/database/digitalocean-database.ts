import type { DatabaseEngine } from "../../../contracts/database-engine";
import { DatabaseCluster } from "./database-cluster";
import type { DigitalOceanDatabaseProps } from "./database-props";

/** Databases that DigitalOcean runs in one region of a `DigitalOceanSite`, for `engine` of a `ManagedDatabase`. */
export abstract class DigitalOceanDatabase {
  static mysql(props: DigitalOceanDatabaseProps = {}): DatabaseEngine {
    return new DatabaseCluster("mysql", props);
  }

  /**
   * Since version 15 of PostgreSQL a user may not create tables unless the database's owner lets it: run once, as DigitalOcean's
   * `doadmin`, `GRANT ALL ON SCHEMA public TO <user>` in each database.
   */
  static postgresql(props: DigitalOceanDatabaseProps = {}): DatabaseEngine {
    return new DatabaseCluster("postgresql", props);
  }
}
