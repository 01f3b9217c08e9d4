import { ManagedDatabase } from "../../../../lib";
import { AwsDatabase } from "../../../../lib/aws";
import { DigitalOceanDatabase } from "../../../../lib/digitalocean";
import { awsShop, awsSite } from "../../../support/aws";
import { dropletShop, dropletSite } from "../../../support/digitalocean";
import { shop, synth } from "../../../support/hive";

const named = (name: string, user: string) => () => shop({ db: { databases: [{ name, user }] } });

describe("lines for MariaDB", () => {
  const lines = (mariadb: string) => () => shop({ db: { mariadb } });

  test.each([
    ["[client]", "it is added to [mariadb]; sections and includes are not allowed. Leave the line out."],
    ["!include /tmp/x", "it is added to [mariadb]; sections and includes are not allowed. Leave the line out."],
    ["max_connections 300", 'a line is an option, or an option and its value: "max_connections = 300".'],
    ["max_connections: 300", 'a line is an option, or an option and its value: "max_connections = 300".'],
    ["max_connections = 300;", "MariaDB takes the semicolon for a part of the value. Leave it out."],
    ["port = 3307", "Beehive sets this itself: use port. Leave the line out."],
    ["wsrep_provider = none", "Beehive sets this itself: a node without it writes alone. Leave the line out."],
    ["loose-skip-wsrep_on", "Beehive sets this itself: a node without it writes alone. Leave the line out."],
    [
      "enable-skip-networking",
      "Beehive sets this itself: no client and no other node would reach it. Leave the line out.",
    ],
    ["skip-grant-tables", "Beehive sets this itself: everybody would be root. Leave the line out."],
  ])("%s", (line, problem) => {
    expect(lines(`slow_query_log\n${line}`)).toThrow(`shop/db: mariadb is "${line}"; ${problem}`);
  });

  test("what MariaDB takes is welcome", () => {
    const good = '# Reports\n; too\n\nmax_connections = 300\nskip-name-resolve\ninit_connect = "SET NAMES utf8mb4;"\n';
    expect(lines(good)).not.toThrow();
  });
});

describe("names that are too long", () => {
  const too = (length: number, database: string, most: number, what: string) =>
    `it has ${length} characters, and ${database} takes ${most} for ${what}. Shorten it.`;

  test("of a database of a Galera cluster", () => {
    const name = "d".repeat(65);
    expect(named(name, "shop")).toThrow(
      `shop/db: databases.0.name is "${name}"; ${too(65, "MariaDB", 64, "a database")}`,
    );
  });

  test("of its account", () => {
    const user = "u".repeat(81);
    expect(named("shop", user)).toThrow(
      `shop/db: databases.0.user is "${user}"; ${too(81, "MariaDB", 80, "an account")}`,
    );
  });

  test("the longest are taken, at synth too", () => {
    expect(() => synth(named("d".repeat(64), "u".repeat(80))().stack)).not.toThrow();
  });

  test.each([
    ["MySQL", DigitalOceanDatabase.mysql(), 64, 32],
    ["PostgreSQL", DigitalOceanDatabase.postgresql(), 63, 63],
  ] as const)("where DigitalOcean runs %s", (product, engine, name, user) => {
    const make = (databases: { name: string; user: string }) => () => {
      const { stack, site } = dropletSite();
      return new ManagedDatabase(stack, "sql", { site, engine, databases: [databases] });
    };
    const long = { name: "d".repeat(name + 1), user: "u".repeat(user + 1) };
    expect(make({ name: long.name, user: "shop" })).toThrow(
      `shop/sql: databases.0.name is "${long.name}"; ${too(name + 1, product, name, "a database")}`,
    );
    expect(make({ name: "shop", user: long.user })).toThrow(
      `shop/sql: databases.0.user is "${long.user}"; ${too(user + 1, product, user, "an account")}`,
    );
    expect(make({ name: "d".repeat(name), user: "u".repeat(user) })).not.toThrow();
  });

  test("a user that is named after its database says so", () => {
    const { stack, site } = dropletSite();
    const databases = ["d".repeat(40)];
    expect(() => new ManagedDatabase(stack, "sql", { site, engine: DigitalOceanDatabase.mysql(), databases })).toThrow(
      "MySQL takes 32 for an account. Shorten it. The user is named after the database: give it one.",
    );
  });

  test("RDS is narrower, and says so first", () => {
    const { stack, site } = awsSite();
    const databases = [{ name: "shop", user: "u".repeat(40) }];
    const engine = AwsDatabase.rdsInstance({ database: "mysql" });
    expect(() => new ManagedDatabase(stack, "sql", { site, engine, databases })).toThrow(
      "RDS takes a letter, then up to 15 letters, digits and underscores.",
    );
  });
});

describe("maxAllowedPacket", () => {
  test.each(["512K", "2G", "1025M", "1048577", "1T"])("%s is nothing that MariaDB takes", (maxAllowedPacket) => {
    expect(() => shop({ db: { maxAllowedPacket } })).toThrow(
      `shop/db: maxAllowedPacket is "${maxAllowedPacket}"; MariaDB takes 1M to 1G in whole kilobytes, such as "64M"; ` +
        "larger values go into several rows.",
    );
  });

  test.each(["1M", "64M", "1G", "2048K"])("%s is welcome", (maxAllowedPacket) => {
    expect(() => shop({ db: { maxAllowedPacket } })).not.toThrow();
  });
});

describe("bufferPoolSize", () => {
  test.each(["0", "0M", "00G"])("%s is no memory", (bufferPoolSize) => {
    expect(() => shop({ db: { bufferPoolSize } })).toThrow(
      `shop/db: bufferPoolSize is "${bufferPoolSize}"; must be a size as MariaDB writes it, above 0, such as "512M".`,
    );
  });

  test("larger than the machines of AWS", () => {
    const { stack } = awsShop({ site: { size: "t3.small" }, db: { bufferPoolSize: "400G" } });
    expect(() => synth(stack)).toThrow(
      'shop/db: bufferPoolSize is "400G", and machine db-a (t3.small) has 2 GiB of memory; MariaDB would be ended by the kernel. Use ' +
        'half of a machine\'s memory where MariaDB runs alone (bufferPoolSize: "1024M"), or larger machines.',
    );
  });

  test("larger than those of DigitalOcean", () => {
    const { stack } = dropletShop({ db: { bufferPoolSize: "1G" } });
    expect(() => synth(stack)).toThrow(
      'shop/db: bufferPoolSize is "1G", and machine db-fra1 (s-1vcpu-1gb) has 1 GiB of memory;',
    );
  });

  test("where nobody knows the machine, MariaDB's own word counts", () => {
    expect(() => synth(shop({ db: { bufferPoolSize: "400G" } }).stack)).not.toThrow();
  });
});
