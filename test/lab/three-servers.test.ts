import * as fs from "node:fs";
import * as path from "node:path";
import { FAULTS } from "../../lib/drills/faults/faults";
import { runDrills } from "../../lib/drills/drill-suite";
import { orderIds, OrdersWorkload } from "../../lib/drills/orders-workload";
import { SeededRandom } from "../../lib/drills/random";
import { RunningHive } from "../../lib/drills/running-hive";
import { WriteChecker } from "../../lib/drills/write-checker";
import { DeployedHive } from "../support/deployed-hive";

const MINUTES = 60_000;
jest.setTimeout(12 * MINUTES);

// The smallest hive, on the older Debian: three machines, and each runs load balancer, web server and database.
const names = ["vps-a", "vps-b", "vps-c"];
let hive: DeployedHive;
beforeAll(async () => {
  hive = await DeployedHive.boot({ program: path.join(__dirname, "programs/three-servers"), suite: "bookworm" });
  await hive.shell("vps-a", "mount -t tmpfs -o noexec,nosuid,mode=1777 tmpfs /tmp");
  await Promise.all(names.map(watchModes));
  await hive.deploy();
});
afterAll(async () => {
  expect(await hive?.remove()).toBe("0 containers, 0 networks, 0 volumes left");
});

const writers = async () => {
  const answers = await Promise.all(
    names.map((name, i) =>
      hive
        .shell(
          name,
          `python3 -c "import urllib.request as u; u.urlopen('http://10.87.0.${11 + i}:9200/writer', timeout=2)"`,
        )
        .then(
          () => [name],
          () => [],
        ),
    ),
  );
  return answers.flat();
};

const WATCH = "/var/lib/beehive-watch";

/** Begins to watch who could read or change what the deploy writes. */
async function watchModes(name: string): Promise<void> {
  await hive.shell(name, `mkdir --mode=700 ${WATCH}`);
  await hive.write(
    name,
    `${WATCH}/program`,
    fs.readFileSync(path.join(__dirname, "../support/watch-modes.py"), "utf8"),
  );
  await hive.write(name, `${WATCH}/secrets`, `${hive.secretValues.join("\n")}\n`);
  const output = `--property=StandardOutput=file:${WATCH}/found`;
  await hive.shell(
    name,
    `systemd-run --quiet --unit=watch-modes ${output} python3 ${WATCH}/program ${WATCH}/secrets
    until grep --quiet ready ${WATCH}/found; do sleep 0.1; done`,
  );
}

/** Waits for something that comes by itself. */
async function eventually<T>(seconds: number, what: () => Promise<T>, good: (value: T) => boolean): Promise<T> {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const value = await what();
    if (good(value) || Date.now() > deadline) return value;
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
}

const size = (name: string) =>
  hive.shell(
    name,
    `mariadb -N -e "SELECT VARIABLE_VALUE FROM information_schema.GLOBAL_STATUS WHERE VARIABLE_NAME='wsrep_cluster_size'"`,
  );

test("no account can change what a deploy writes, or read a secret in it, while it works", async () => {
  // The watch sees both kinds.
  const leak = `echo ${hive.secretValues[0]} >/run/leak; chmod 644 /run/leak`;
  await Promise.all(names.map((name) => hive.shell(name, `touch /var/tmp/open; chmod 666 /var/tmp/open; ${leak}`)));
  const found = () => Promise.all(names.map((name) => hive.shell(name, `cat ${WATCH}/found`)));
  const all = ["ready", "writable 0666 /var/tmp/open", "secret 0644 /run/leak"].join("\n");
  expect(await eventually(10, found, (texts) => texts.every((text) => text.includes("/run/leak")))).toEqual(
    names.map(() => all),
  );
  await Promise.all(names.map((name) => hive.shell(name, "systemctl stop watch-modes; rm /var/tmp/open /run/leak")));
});

test("nothing that was delivered stays in the folder of the account that delivers", async () => {
  expect(await Promise.all(names.map((name) => hive.shell(name, "ls -A --ignore=script-* /root/.beehive")))).toEqual([
    "",
    "",
    "",
  ]);
});

test("an order written through the entrance can be read", async () => {
  const url = `http://${hive.entrance.address}/orders/00000000-0000-4000-8000-000000000001`;
  const put = await fetch(url, { method: "PUT", body: "honey" });
  expect(put.status).toBe(201);
  expect(await hive.get(url)).toBe("honey");
});

test("exactly one node says that it is the writer", async () => {
  expect(await writers()).toHaveLength(1);
});

test("each machine says to the servers that it sends requests to that they are in rotation", async () => {
  // What the rollouts' gates ask: the entrance's HAProxy about the application, the database's proxies about MariaDB.
  const readyPort = "$(grep -o '127.0.0.1:18[0-9]*' /etc/beehive/haproxy/three-entrance.cfg | cut -d: -f2)";
  const ask = (port: string, server: string) =>
    hive.shell(
      "vps-b",
      `python3 -c "import urllib.request as u; print(u.urlopen('http://10.87.0.11:${port}/${server}', timeout=2).status)"`,
    );
  for (const i of [11, 12, 13]) {
    expect(await ask(readyPort, `10.87.0.${i}:8080`)).toBe("200");
    expect(await ask("3307", `10.87.0.${i}:3306`)).toBe("200");
  }
  await expect(ask("3307", "10.87.0.99:3306")).rejects.toThrow("404");
});

test("the application's account can use its database and no other", async () => {
  const grants = await hive.shell(
    "vps-a",
    `mariadb -N -e "SELECT GROUP_CONCAT(CONCAT(table_schema)) FROM information_schema.schema_privileges WHERE grantee LIKE '''shop''%' GROUP BY grantee LIMIT 1"`,
  );
  expect(new Set(grants.split(","))).toEqual(new Set(["shop"]));
});

test("the secrets on the machines are those that were given", async () => {
  const given = (name: string) => `${name}-0123456789abcdef`;
  expect(await hive.shell("vps-a", "cat /etc/beehive/environment/three-web/DB_PASSWORD")).toBe(
    given("db_shop_password"),
  );
  expect(await hive.shell("vps-a", "cat /etc/beehive/galera/three-db/cluster-secret")).toBe(given("db_cluster_secret"));
});

test("strangers reach neither database nor replication", async () => {
  const listening = await hive.shell("vps-a", "nft list ruleset");
  for (const port of [3306, 4567, 4568, 4444, 9200]) expect(listening).toMatch(new RegExp(`tcp dport ${port} .*drop`));
});

test("nothing that synth or the machines hold shows a password to other users", async () => {
  const readable = await hive.shell(
    "vps-a",
    "su -s /bin/sh nobody -c 'grep -rl 0123456789abcdef /etc /var/lib/beehive /srv /home /root 2>/dev/null' || true",
  );
  expect(readable).toBe("");
});

test.each(FAULTS.map((fault) => [fault.title, fault] as const))(
  "%s, and nothing that was acknowledged is lost",
  async (_, fault) => {
    const { drills } = await runDrills(new RunningHive(hive.manifest, hive.lab), [fault], {
      random: new SeededRandom(7),
    });
    const [drill] = drills;
    // No clock: a busy machine must not fail a test. The demo measures seconds.
    expect(drill).toMatchObject({ fault: fault.name, lost: 0, unexpected: 0 });
    expect(drill!.acknowledged).toBeGreaterThan(100);
    expect(drill!.healedSeconds).not.toBeNull();
    expect(drill!.moved.filter(({ to }) => to === null)).toEqual([]);
    // A zone is one machine here: that of the writer, whoever holds the address by now.
    if (fault.key === "zone") {
      const { zone, machines, moved } = drill!;
      expect(moved.map(({ role, from }) => ({ role, machines: [from] }))).toContainEqual({ role: "writer", machines });
      expect(machines).toEqual([`vps-${zone?.at(-1)}`]);
    }
  },
);

test("an upgrade of MariaDB hands the writer's role over, and no order is lost", async () => {
  const [writer] = await writers();
  const reader = names.find((name) => name !== writer)!;
  const packages = (name: string) => (name === writer || name === reader ? ["mariadb-server"] : []);
  await Promise.all(names.map((name) => hive.offerNewer(name, ...packages(name))));
  const { address, port } = hive.entrance;
  const orders = async () => orderIds(await hive.get(`http://${address}:${port}/orders`));
  const checker = new WriteChecker(await orders());
  const workload = new OrdersWorkload({ random: new SeededRandom(7) });
  const { result, records, failed } = await hive.underFire(() => hive.upgrade(), { address, port }, workload);
  checker.record(records);
  expect(checker.check(await orders())).toMatchObject({ lost: 0, unexpected: 0, duplicated: 0 });
  expect(failed).toEqual([]);
  expect([...result.matchAll(/^✓ (\S+) /gm)].map(([, name]) => name)).toEqual([reader, writer]);
  expect(await writers()).not.toEqual([writer]);
});

test("after power loss of all machines the cluster comes back by itself, with all orders and one writer", async () => {
  const url = `http://${hive.entrance.address}/orders/00000000-0000-4000-8000-000000000002`;
  // Somebody's file, in a spelling of its own: the next start of MariaDB must not lose writes for it.
  await hive.shell(
    "vps-b",
    "printf '[mariadb]\\ninnodb_flush_log_at_trx = 0\\n' >/etc/mysql/mariadb.conf.d/99-mine.cnf",
  );
  expect((await fetch(url, { method: "PUT", body: "wax" })).status).toBe(201);
  await Promise.all(names.map((name) => hive.lab.powerOff(name)));
  await Promise.all(names.map((name) => hive.lab.powerOn(name)));
  expect(
    await eventually(
      240,
      () => hive.get(url).catch(() => ""),
      (body) => body === "wax",
    ),
  ).toBe("wax");
  expect(
    await eventually(
      120,
      () => size("vps-a").catch(() => ""),
      (n) => n === "3",
    ),
  ).toBe("3");
  expect(await eventually(30, writers, (list) => list.length === 1)).toHaveLength(1);
  expect(await hive.shell("vps-b", "mariadb -Ne 'SELECT @@innodb_flush_log_at_trx_commit'")).toBe("1");
  expect(await hive.shell("vps-b", "journalctl --unit mariadb --no-pager --output cat")).toMatch(
    /innodb_flush_log_at_trx_commit is 0 and must be 1: .* The last line that sets it is \S+99-mine.cnf, line 2: /,
  );
  await hive.shell("vps-b", "rm /etc/mysql/mariadb.conf.d/99-mine.cnf");
});

test("the application verifies the database through its proxy, by the authority of the cluster", async () => {
  const login =
    "--protocol=tcp --host=127.0.0.1 --ssl-ca=/etc/beehive/database/three-web.ca.pem --ssl-verify-server-cert";
  const password = "MYSQL_PWD=$(cat /etc/beehive/galera/three-db/passwords/shop)";
  const asked = `${password} mariadb --no-defaults ${login} --user=shop -Ne "SHOW STATUS LIKE 'Ssl_version'"`;
  expect(await hive.shell("vps-c", asked)).toBe("Ssl_version\tTLSv1.3");
});

test("a member that was voted out, because it could not do what the others did, comes back by itself", async () => {
  const [writer] = await writers();
  const other = names.find((name) => name !== writer)!;
  const sql = (name: string, text: string) => hive.shell(name, `mariadb -N -e "${text}"`);
  await sql(writer!, "CREATE TABLE shop.voted (id INT PRIMARY KEY, v INT); INSERT INTO shop.voted VALUES (1, 1)");
  const there = () => sql(other, "SELECT v FROM shop.voted").catch(() => "");
  expect(await eventually(10, there, (v) => v === "1")).toBe("1");
  await sql(other, "SET SESSION wsrep_on = OFF; DELETE FROM shop.voted");
  await sql(writer!, "UPDATE shop.voted SET v = 2");
  expect(await eventually(120, there, (v) => v === "2")).toBe("2");
  expect(
    await eventually(
      30,
      () => size(other).catch(() => ""),
      (n) => n === "3",
    ),
  ).toBe("3");
  await sql(writer!, "DROP TABLE shop.voted");
});

test("a first node whose disk was replaced joins, and does not make a second cluster", async () => {
  const url = `http://${hive.entrance.address}/orders/00000000-0000-4000-8000-000000000002`;
  await hive.shell(
    "vps-a",
    "systemctl stop mariadb; rm -rf /var/lib/mysql/* /var/lib/beehive/three-db/*; systemctl start --no-block mariadb",
  );
  expect(
    await eventually(
      240,
      () => size("vps-a").catch(() => ""),
      (n) => n === "3",
    ),
  ).toBe("3");
  expect(await hive.get(url)).toBe("wax");
});

test("after terraform destroy a deploy brings the cluster back with all orders, though the last node has the last writes", async () => {
  const url = `http://${hive.entrance.address}/orders/00000000-0000-4000-8000-000000000003`;
  await hive.shell("vps-a", "systemctl stop mariadb");
  await hive.shell("vps-b", "systemctl stop mariadb");
  const put = () => fetch(url, { method: "PUT", body: "comb" }).then(({ status }) => status);
  expect(
    await eventually(
      60,
      () => put().catch(() => 0),
      (status) => status === 201,
    ),
  ).toBe(201);
  await hive.destroy();
  expect(await Promise.all(names.map((name) => hive.shell(name, "systemctl is-active mariadb || true")))).toEqual(
    names.map(() => "inactive"),
  );
  expect(await hive.apply()).toMatch(/vps-a three\/db: warning: MariaDB of vps-a waits for vps-b, vps-c; /);
  expect(await size("vps-a")).toBe("3");
  expect(await hive.get(url)).toBe("comb");
  expect(await eventually(30, writers, (list) => list.length === 1)).toHaveLength(1);
});
