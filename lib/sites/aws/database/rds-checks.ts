import { z } from "../../../core/zod";
import { Token } from "../../../cdktf";
import { invalidProperty } from "../../../core/errors";
import { certificateProblem } from "../../../core/pem";
import { block, duration, line, orToken, propsSchema, text } from "../../../core/props";
import type { RequestedDatabase } from "../../../contracts/database-engine";
import { accountName, instanceClass } from "../engine-errors";
import { isInstanceSize } from "../machines/instance-size";
import type { RdsKind } from "./rds-kind";
import type { RdsClusterProps, RdsInstanceProps } from "./rds-props";
import { productOf, RDS_DATABASES } from "./rds-product";

const CLOCK = "([01]\\d|2[0-3]):[0-5]\\d";
const DAY = "(mon|tue|wed|thu|fri|sat|sun)";
/** https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Storage.html */
export const MOST_GIBIBYTES = 65_536;
const gibibytes = z
  .number()
  .int("must be a whole number of GiB")
  .min(20, "AWS gives 20 or more")
  .max(MOST_GIBIBYTES, "is too large")
  .meta({ words: "a whole number of GiB", example: "100" });

const common = {
  version: line.optional(),
  size: line.meta({ words: "a DB instance class", example: '"db.t4g.small"' }).optional(),
  gibibytes: gibibytes.optional(),
  backupDays: z
    .number()
    .int()
    .min(1, "must be 1 or more")
    .max(35, "AWS keeps 35 at most")
    .meta({ example: "14" })
    .optional(),
  backupWindow: z
    .string()
    .regex(new RegExp(`^${CLOCK}-${CLOCK}$`), 'must be like "02:00-02:30", in UTC')
    .optional(),
  maintenanceWindow: z
    .string()
    .regex(new RegExp(`^${DAY}:${CLOCK}-${DAY}:${CLOCK}$`), 'must be like "sun:03:00-sun:03:30", in UTC')
    .optional(),
  monitoring: duration().meta({ example: "Duration.seconds(60)" }).optional(),
  logExports: z.array(text).meta({ words: "a list of logs", example: '["error"]' }).optional(),
  protected: z.boolean().optional(),
  finalSnapshot: z.boolean().optional(),
  authorities: orToken(block)
    .meta({ words: "certificates as PEM", example: 'fs.readFileSync("rds.pem", "utf8")' })
    .optional(),
  writeOnlyPassword: z.boolean().optional(),
};

/** @internal */
export const rdsInstanceSchema = propsSchema<RdsInstanceProps>()({
  ...common,
  database: z.enum(RDS_DATABASES).meta({ example: '"mariadb"' }),
  maxGibibytes: gibibytes.optional(),
});

/** @internal */
export const rdsClusterSchema = propsSchema<RdsClusterProps>()({
  ...common,
  database: z
    .enum(["mysql", "postgresql"], {
      error: ({ input }) =>
        input === "mariadb"
          ? 'RDS has clusters of MySQL and PostgreSQL only. Choose AwsDatabase.rdsInstance({ database: "mariadb" }).'
          : undefined,
    })
    .meta({ example: '"mysql"' }),
});

const MONITORED = [1, 5, 10, 15, 30, 60];

/** What is no class, no interval, no certificate. */
export function checkChoices(path: string, { props, size }: RdsKind): void {
  if (!size.startsWith("db.") || !isInstanceSize(size.slice("db.".length))) {
    throw instanceClass(path, size, "db.t4g.small", "it is no DB instance class.");
  }
  const { monitoring, authorities, logExports = [] } = props;
  const { all } = productOf(props.database).logs;
  logExports.forEach((log, i) => {
    if (all.includes(log)) return;
    const allowed = `${props.database} has ${all.join(", ")}. Choose of these, or logExports: [] for none.`;
    throw invalidProperty(path, `engine.logExports.${i}`, log, allowed);
  });
  if (monitoring !== undefined && !MONITORED.includes(monitoring.toSeconds())) {
    const allowed = `AWS takes ${MONITORED.join(", ")} seconds.`;
    throw invalidProperty(path, "engine.monitoring", String(monitoring), allowed);
  }
  if (authorities === undefined || Token.isUnresolved(authorities)) return;
  const problem = certificateProblem(authorities);
  if (problem !== undefined) throw invalidProperty(path, "engine.authorities", authorities, problem);
}

const DAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
const DAY_MINUTES = 24 * 60;
const SHORTEST_WINDOW = 30;

/** Minutes since midnight, or since Sunday's midnight: `sun:03:30`. */
function minutesOf(text: string): number {
  const [minute = 0, hour = 0] = text.split(":").slice(-2).reverse().map(Number);
  return Math.max(0, DAYS.indexOf(text.slice(0, 3))) * DAY_MINUTES + hour * 60 + minute;
}

/** RDS wants half an hour for each, and never both at once. */
export function checkWindows(path: string, backup: string, maintenance: string): void {
  const length = (window: string, cycle: number): readonly [begin: number, minutes: number] => {
    const [begin = 0, end = 0] = window.split("-").map(minutesOf);
    return [begin, (end - begin + cycle) % cycle];
  };
  const [saves, saving] = length(backup, DAY_MINUTES);
  const [updates, updating] = length(maintenance, 7 * DAY_MINUTES);
  const short = "it is shorter than half an hour, and AWS takes no less.";
  if (saving < SHORTEST_WINDOW) throw invalidProperty(path, "engine.backupWindow", backup, short);
  if (updating < SHORTEST_WINDOW) throw invalidProperty(path, "engine.maintenanceWindow", maintenance, short);
  // Seen from the maintenance: it ends before the day's next backup begins, and begins after the last one has ended.
  const next = (((saves - updates) % DAY_MINUTES) + DAY_MINUTES) % DAY_MINUTES;
  if (next >= updating && DAY_MINUTES - next >= saving) return;
  const fix = `it overlaps with maintenanceWindow, ${maintenance}; AWS does one at a time. Move one of them.`;
  throw invalidProperty(path, "engine.backupWindow", backup, fix);
}

/** RDS makes the database and its account, and has rules of its own for their names. */
export function checkAccount(path: string, { props }: RdsKind, { name, user }: RequestedDatabase): void {
  const { max, reserved } = productOf(props.database).user;
  const letters = (most: number) => new RegExp(`^[A-Za-z]\\w{0,${most - 1}}$`);
  if (!letters(63).test(name)) {
    throw accountName(
      path,
      "name",
      name,
      "RDS takes a letter, then up to 62 letters, digits and underscores. Rename it.",
    );
  }
  if (!letters(max).test(user)) {
    const rule = `RDS takes a letter, then up to ${max - 1} letters, digits and underscores. `;
    throw accountName(path, "user", user, `${rule}Give a shorter one: databases: [{ name: "${name}", user: "shop" }].`);
  }
  if (reserved.includes(user.toLowerCase())) {
    throw accountName(path, "user", user, `RDS keeps ${reserved.join(", ")} for itself. Choose another.`);
  }
}
