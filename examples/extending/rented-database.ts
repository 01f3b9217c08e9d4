import type { Construct } from "constructs";
import {
  managedService,
  Reliability,
  type DatabaseEngine,
  type DatabaseHandle,
  type DatabaseRequest,
} from "cdktf-beehive";

/** An engine for `ManagedDatabase`: a MariaDB that somebody else runs for us, behind one name. Terraform makes nothing of it. */
export class RentedDatabase implements DatabaseEngine {
  readonly name = "rented-mariadb";
  readonly siteKind = "hosts";
  readonly protocol = "mysql";

  constructor(
    private readonly host: string,
    private readonly contract: Reliability,
  ) {}

  make(_: Construct, { path, databases }: DatabaseRequest): DatabaseHandle {
    return {
      writer: { host: this.host, port: 3306 },
      // A sensitive Terraform variable for each account, or what the program gives.
      logins: Object.fromEntries(databases.map(({ name, user, password }) => [name, { user, password: password() }])),
      tls: { required: true },
      ready: [],
      settings: {},
      resilience: managedService(`database ${path}`, this.contract, []),
    };
  }
}
