import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { databaseProxy } from "../../lib/software/load-balancing/database-proxy";
import { dataVolume } from "../../lib/software/storage/data-volume";
import { closedFirewall } from "../../lib/software/kit/closed-firewall";
import { firewall } from "../../lib/software/kit/firewall";
import { httpEntrance, type HttpEntranceOptions } from "../../lib/software/load-balancing/http-entrance";
import { endpointProxy } from "../../lib/software/load-balancing/endpoint-proxy";
import { floatingAddress } from "../../lib/software/floating-address/keepalived";
import { phpApp } from "../../lib/software/web/nginx-php";
import { serviceApp } from "../../lib/software/web/service-app";
import { visitorHeaders } from "../../lib/software/kit/visitor-headers";
import type { Port, Software } from "../../lib/software/software";
import { checkerOf, daemonImage, prepared, type DaemonImage } from "../support/daemon-image";

jest.setTimeout(600_000);

/** A certificate and its key, as PEM. */
function selfSigned(): string {
  const words =
    "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=shop.example.org -keyout - -out -";
  const pem = execFileSync("openssl", words.split(" "), { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  const [, key = ""] = /(-----BEGIN PRIVATE KEY-----[^]+?-----END PRIVATE KEY-----\n)/.exec(pem) ?? [];
  return pem.replace(key, "") + key;
}

const common = { instance: "shop-web", constructPath: "shop/web" };

const entrance = (options: Partial<HttpEntranceOptions> = {}): Software =>
  httpEntrance({
    ...common,
    bind: { address: "10.80.0.100", port: 80 },
    readyPort: 18100,
    rotation: { address: "10.80.0.11", port: 18100, from: ["10.80.0.20"] },
    servers: ["a", "b", "c"].map((zone, i) => ({ name: `web-${zone}`, address: `10.80.0.2${i}`, port: 8080, zone })),
    health: { path: "/health?deep=1", body: 'all is "well", $1 #5 \\o/' },
    ...options,
  });

const proxy = (): Software =>
  databaseProxy({
    ...common,
    members: ["a", "b", "c"].map((zone, i) => ({
      name: `db-${zone}`,
      address: `10.80.0.3${i}`,
      port: 3306,
      agentPort: 9200,
    })),
    rotation: { address: "10.80.0.20", port: 3307, from: ["10.80.0.30"] },
  });

const endpoint = (): Software =>
  endpointProxy({
    ...common,
    writerPort: 3306,
    readerPort: 3307,
    // No name: without a network nobody answers, and HAProxy would say so.
    writer: { host: "10.80.0.41", port: 25060 },
    reader: { host: "10.80.0.42", port: 25060 },
  });

const floating = (routerId = 100): Software =>
  floatingAddress({
    ...common,
    self: { name: "lb-a", address: "10.80.0.11" },
    peers: [{ name: "lb-b", address: "10.80.0.12" }],
    address: "10.80.0.100",
    routerId,
    priority: 200,
    readyPort: 18100,
    servingUnit: "beehive-haproxy-shop-web.service",
  });

const php = (extraConfig?: string, memory?: string): Software =>
  phpApp({
    ...common,
    address: "127.0.0.1",
    port: 8080,
    clients: ["10.80.0.11", "10.80.0.12"],
    files: [{ path: "index.php", content: "<?php echo 1;" }],
    environment: { GREETING: "it's" },
    healthPath: "/health",
    php: { memory },
    extraConfig,
  });

const service = (): Software =>
  serviceApp({
    ...common,
    address: "127.0.0.1",
    port: 8080,
    clients: [],
    files: [{ path: "run", content: "#!/bin/sh\n" }],
    command: ["./run"],
    healthPath: "/health",
  });

const volume = (): Software =>
  dataVolume({
    name: "data",
    constructPath: "shop/cloud/db-a",
    device: "/dev/disk/by-id/x",
    mount: "/srv/a-b",
    gibibytes: 1,
  });

const ports: readonly Port[] = [
  {
    port: 8080,
    protocol: "tcp",
    address: "10.80.0.21",
    from: ["10.80.0.11", "10.80.1.0/24"],
    purpose: 'nginx, "HTTP"',
  },
  { port: 53, protocol: "udp", address: "*", from: ["10.80.0.11", "2001:db8::/64"], purpose: "DNS" },
  { port: 8081, protocol: "tcp", address: "2001:db8::1", from: [], purpose: "nobody" },
  { port: 100, protocol: "vrrp", address: "10.80.0.11", from: ["10.80.0.12"], purpose: "VRRP" },
];
const wall = (): Software => firewall({ ...common, ports });

describe.each(["trixie", "bookworm"] as const)("on Debian %s", (suite) => {
  let image: DaemonImage;
  beforeAll(async () => {
    image = await daemonImage(suite, ["haproxy", "keepalived", "nftables", "nginx", "php-fpm"]);
  });

  const check = async (software: Software, path: string) => {
    const { files = [], ...rest } = prepared(software);
    // As on a machine that runs already: HAProxy 2.6 warns when there are no states of servers yet.
    const states = { path: "/run/beehive-haproxy-shop-web/servers", content: "1\n" };
    const result = await image.run(checkerOf(software, path), { ...rest, files: [...files, states] });
    return { status: result.status, said: result.stdout + result.stderr };
  };

  const HAPROXY = "/etc/beehive/haproxy/shop-web.cfg";

  it("HAProxy accepts an entrance, without a warning", async () => {
    const { status, said } = await check(entrance(), HAPROXY);
    expect(said).not.toMatch(/WARNING|ALERT/);
    expect(status).toBe(0);
  });

  it("HAProxy accepts IPv6 addresses", async () => {
    const servers = [{ name: "web-a", address: "2001:db8::21", port: 8080, zone: "a" }];
    const { status, said } = await check(entrance({ bind: { address: "2001:db8::100", port: 80 }, servers }), HAPROXY);
    expect(said).not.toMatch(/WARNING|ALERT/);
    expect(status).toBe(0);
  });

  it("HAProxy accepts every address of the machine", async () => {
    const { status, said } = await check(entrance({ bind: { address: "*", port: 80 } }), HAPROXY);
    expect(said).not.toMatch(/WARNING|ALERT/);
    expect(status).toBe(0);
  });

  describe("an entrance with a certificate", () => {
    const secure = (pem: string) =>
      entrance({ bind: { address: "10.80.0.100", port: 8443 }, tls: { pem, redirectFrom: 80 } });
    const ask = async (software: Software) => {
      const { files = [], ...rest } = prepared(software);
      const states = { path: "/run/beehive-haproxy-shop-web/servers", content: "1\n" };
      return image.run(software.checks![0]!.command, { ...rest, files: [...files, states] });
    };

    it("is accepted by HAProxy, without a warning", async () => {
      const result = await ask(secure(selfSigned()));
      expect(result.stdout + result.stderr).not.toMatch(/WARNING|ALERT/);
      expect(result.status).toBe(0);
    });

    it("is refused by HAProxy when the key belongs to another certificate", async () => {
      const [mine, other] = [selfSigned(), selfSigned()];
      const mixed =
        mine.slice(0, mine.indexOf("-----BEGIN PRIVATE")) + other.slice(other.indexOf("-----BEGIN PRIVATE"));
      const result = await ask(secure(mixed));
      expect(result.status).toBe(1);
      expect(result.stdout + result.stderr).toContain("/etc/beehive/tls/shop-web.pem");
    });
  });

  it("HAProxy accepts a proxy to a managed database, without a warning", async () => {
    const { status, said } = await check(endpoint(), HAPROXY);
    // The container has no network, so that HAProxy cannot reach the machine's own nameserver: that is no matter of the file.
    expect(said).not.toMatch(/WARNING(?!.*can't connect socket for nameserver)|ALERT/);
    expect(status).toBe(0);
  });

  it("HAProxy checks servers as visitors ask them, and passes on nothing that a visitor claims about itself", async () => {
    const software = entrance({
      bind: { address: "127.0.0.2", port: 80 },
      servers: [{ name: "web-a", address: "127.0.0.1", port: 8080, zone: "a" }],
      rotation: { address: "127.0.0.3", port: 18_100, from: [] },
      health: {
        path: "/health",
        headers: visitorHeaders({ host: "shop.example.org", https: true }, "10.80.0.11"),
      },
    });
    const program = readFileSync(join(__dirname, "entrance.py"), "utf8");
    const { status, stderr } = await image.run(["python3", "-B", "-c", program], prepared(software));
    expect([status, status === 0 ? "" : stderr]).toEqual([0, ""]);
    expect(stderr).toMatch(/Ran [1-9]\d* tests in/);
  });

  it("HAProxy refuses a wrong line of the user and names the line", async () => {
    const software = entrance({ extraConfig: { backend: "blance roundrobin" } });
    const content = software.files.find((file) => file.path === HAPROXY)!.content;
    const line = content.split("\n").findIndex((text) => text.includes("blance")) + 1;
    const { status, said } = await check(software, HAPROXY);
    expect(status).toBe(1);
    expect(said).toContain(`${HAPROXY}:${line}]`);
  });

  it("HAProxy accepts a database proxy, without a warning", async () => {
    const { status, said } = await check(proxy(), HAPROXY);
    expect(said).not.toMatch(/WARNING|ALERT/);
    expect(status).toBe(0);
  });

  it("keepalived accepts a floating address", async () => {
    const software = floating();
    const result = await image.run(software.checks![0]!.command, prepared(software));
    expect(result).toMatchObject({ status: 0, stdout: "" });
  });

  it("keepalived refuses a router id that does not exist and names the line", async () => {
    const software = floating(300);
    const config = software.files.find((file) => file.path.endsWith(".conf"))!;
    const line = config.content.split("\n").findIndex((text) => text.includes("virtual_router_id")) + 1;
    const result = await image.run(software.checks![0]!.command, prepared(software));
    expect(result.status).not.toBe(0);
    expect(result.stdout).toContain(`Line ${line})`);
  });

  it("nginx accepts a PHP application", async () => {
    const { status, said } = await check(php(), "/etc/beehive/nginx/shop-web.conf");
    expect(said).toContain("test is successful");
    expect(status).toBe(0);
  });

  it("nginx refuses a wrong line of the user and names the line", async () => {
    const software = php("gzzip on;");
    const path = "/etc/beehive/nginx/shop-web.conf";
    const content = software.files.find((file) => file.path === path)!.content;
    const line = content.split("\n").findIndex((text) => text.includes("gzzip")) + 1;
    const { status, said } = await check(software, path);
    expect(status).toBe(1);
    expect(said).toContain(`${path}:${line}`);
  });

  it("php-fpm accepts a pool", async () => {
    const { status, said } = await check(php(), "/etc/beehive/php/shop-web.conf");
    expect(said).toContain("test is successful");
    expect(status).toBe(0);
  });

  it("php-fpm refuses a pool with a wrong line and names the line", async () => {
    const { status, said } = await check(php(undefined, "1M\nnonsense = 1"), "/etc/beehive/php/shop-web.conf");
    expect(status).not.toBe(0);
    expect(said).toMatch(/shop-web\.conf:\d+\] unknown entry 'nonsense'/);
  });

  it("nftables accepts a firewall", async () => {
    expect(await check(wall(), "/etc/beehive/nftables/shop-web.nft")).toEqual({ status: 0, said: "" });
  });

  it("nftables accepts a closed firewall", async () => {
    const world = { ...ports[0]!, from: "world" } as const;
    const ssh = { port: 22, from: ["198.51.100.0/24", "198.51.100.7", "2001:db8::/48"] };
    const closed = closedFirewall({ ...common, ports: [...ports, world, { ...world, address: "*" }], ssh });
    expect(await check(closed, "/etc/beehive/nftables/shop-web.closed.nft")).toEqual({ status: 0, said: "" });
  });

  it("nftables accepts the table of the entrance", async () => {
    expect(await check(entrance(), "/etc/beehive/nftables/shop-web.entrance.nft")).toEqual({ status: 0, said: "" });
  });

  it("a table comes back when another program removes or changes it, and no daemon starts without it", async () => {
    const program = readFileSync(join(__dirname, "nftables.py"), "utf8");
    const { status, stdout, stderr } = await image.run(["python3", "-B", "-c", program], prepared(wall()));
    expect([status, status === 0 ? "" : stderr + stdout]).toEqual([0, ""]);
    expect(stderr).toMatch(/Ran [1-9]\d* tests in/);
  });

  it("nftables refuses a source that is no address and names the line", async () => {
    const software = firewall({ ...common, ports: [{ ...ports[0]!, from: ["10.80.0.256"] }] });
    const { status, said } = await check(software, "/etc/beehive/nftables/shop-web.nft");
    expect(status).toBe(1);
    expect(said).toContain("shop-web.nft:8:");
  });

  it("systemd accepts every unit", async () => {
    const all = [entrance(), floating(), php(), service(), wall(), volume()];
    const units = all
      .flatMap((software) => software.files.map((file) => file.path))
      .filter((path) => /\.(service|mount)$/.test(path));
    expect(units).toHaveLength(10);
    const { files } = prepared(...all);
    const result = await image.run(["systemd-analyze", "verify", ...units], { files, accounts: php().accounts });
    expect(result).toMatchObject({ status: 0, stdout: "", stderr: "" });
  });
});
