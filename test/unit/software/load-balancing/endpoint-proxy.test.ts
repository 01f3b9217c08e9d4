import { endpointProxy } from "../../../../lib/software/load-balancing/endpoint-proxy";
import { factPlaceholder } from "../../../../lib/software/placeholders";

const software = endpointProxy({
  instance: "shop-web",
  constructPath: "shop/web",
  writerPort: 3306,
  readerPort: 3307,
  writer: { host: "shop.provider.test", port: 25060 },
  reader: { host: factPlaceholder("host/shop/db/reader"), port: 25061 },
});
const config = software.files.find((file) => file.path === "/etc/beehive/haproxy/shop-web.cfg")!.content;
const sections = new Map(
  config.split(/\n(?=[a-z])/).map((text) => [text.split("\n")[0]!, text.split("\n").map((l) => l.trim())]),
);

describe("the proxy to a managed database", () => {
  it("listens on this machine alone, where the proxy to a cluster would", () => {
    expect(config.match(/bind \S+/g)).toEqual([
      "bind 127.0.0.1:3306",
      "bind 127.0.0.1:3307",
      "bind /run/beehive-haproxy-shop-web/ready.sock",
    ]);
    expect(software.ports.map(({ port, from }) => [port, from])).toEqual([
      [3306, "localhost"],
      [3307, "localhost"],
    ]);
  });

  it("follows the provider's names, also one that Terraform learns when it applies", () => {
    expect(sections.get("listen writer")).toContain(
      "server writer shop.provider.test:25060 resolvers machine resolve-prefer ipv4 init-addr libc,none tcp-ut 2s",
    );
    expect(sections.get("listen reader")).toContain(
      "server reader {{beehive:fact:host/shop/db/reader}}:25061 resolvers machine resolve-prefer ipv4 init-addr libc,none tcp-ut 2s",
    );
  });

  it("looks them up every second, and keeps the last answer while the resolver is away", () => {
    expect(sections.get("resolvers machine")).toEqual([
      "resolvers machine",
      "parse-resolv-conf",
      "accepted_payload_size 4096",
      "timeout resolve 1000ms",
      "timeout retry 500ms",
      "resolve_retries 3",
      "hold valid 1000ms",
      "hold nx 1h",
      "hold other 1h",
      "hold refused 1h",
      "hold timeout 1h",
      "",
    ]);
  });

  it("judges nothing: the provider decides where the name leads", () => {
    expect(config).not.toMatch(/\bcheck\b/);
  });
});
