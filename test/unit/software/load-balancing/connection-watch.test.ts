import { connectionWatch } from "../../../../lib/software/load-balancing/connection-watch";
import { databaseProxy } from "../../../../lib/software/load-balancing/database-proxy";
import { httpEntrance } from "../../../../lib/software/load-balancing/http-entrance";

const endings = (content: string) =>
  JSON.parse(/SERVERS = json.loads\('(.*)'\)/.exec(content)![1]!) as Record<string, [string, number, string]>;

const member = { name: "db-a", address: "10.80.0.30", port: 3306, agentPort: 9200 };

test("a writer's sessions end whenever it is the writer no more, a reader's when its machine is silent", () => {
  const proxy = databaseProxy({ instance: "shop-web", constructPath: "shop/web", members: [member] });
  const program = proxy.files.find((file) => file.path === "/usr/local/lib/beehive/watch-shop-web-db")!;
  expect(endings(program.content)).toEqual({
    "writer/db-a": ["10.80.0.30", 3306, "always"],
    "reader/db-a": ["10.80.0.30", 3306, "silent"],
  });
});

test("a web server's connections end only when its machine is silent", () => {
  const entrance = httpEntrance({
    instance: "shop-entrance",
    constructPath: "shop/entrance",
    bind: { address: "10.80.0.100", port: 80 },
    readyPort: 18_100,
    servers: [{ name: "web-1", address: "10.80.0.21", port: 8080, zone: "a" }],
    health: { path: "/health" },
  });
  const program = entrance.files.find((file) => file.path === "/usr/local/lib/beehive/watch-shop-entrance")!;
  expect(endings(program.content)).toEqual({ "servers/web-1": ["10.80.0.21", 8080, "silent"] });
});

test("the watch listens before HAProxy starts to tell", () => {
  const units = databaseProxy({ instance: "shop-web", constructPath: "shop/web", members: [member] }).services.map(
    (s) => s.unit,
  );
  expect(units).toEqual(["beehive-watch-shop-web-db.service", "beehive-haproxy-shop-web.service"]);
});

test("only HAProxy may tell the watch", () => {
  const [program] = connectionWatch({ instance: "g", constructPath: "w", servers: [] }).files;
  expect(program!.content).toContain('os.chmod("/run/beehive-watch-g/log.sock", 0o620)');
});
