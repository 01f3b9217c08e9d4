import { databaseProxy, type DatabaseProxyOptions } from "../../../../lib/software/load-balancing/database-proxy";

const OPTIONS: DatabaseProxyOptions = {
  instance: "shop-web",
  constructPath: "shop/web",
  members: ["a", "b", "c"].map((zone, i) => ({
    name: `db-${zone}`,
    address: `10.80.0.3${i}`,
    port: 3306,
    agentPort: 9200,
  })),
};
const software = databaseProxy(OPTIONS);
const config = software.files.find((file) => file.path === "/etc/beehive/haproxy/shop-web.cfg")!.content;
const sections = new Map(
  config.split(/\n(?=[a-z])/).map((text) => [text.split("\n")[0]!, text.split("\n").map((l) => l.trim())]),
);

describe("the database proxy", () => {
  it("listens on this machine alone", () => {
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

  it("asks the nodes' agents who writes and who reads", () => {
    expect(sections.get("listen writer")).toContain(
      "http-check send meth GET uri /writer ver HTTP/1.1 hdr Host health hdr User-Agent beehive",
    );
    expect(sections.get("listen reader")).toContain(
      "http-check send meth GET uri /reader ver HTTP/1.1 hdr Host health hdr User-Agent beehive",
    );
    expect(sections.get("listen writer")).toContain("server db-b 10.80.0.31:3306 port 9200");
  });

  it("says to the nodes whether it sends anybody there, where that is wanted", () => {
    const rotation = { address: "10.80.0.20", port: 3307, from: ["10.80.0.30"] };
    const asked = databaseProxy({ ...OPTIONS, rotation });
    const lines = asked.files.find((file) => file.path === "/etc/beehive/haproxy/shop-web.cfg")!.content;
    expect(lines).toContain("bind 10.80.0.20:3307");
    expect(lines).toContain("string up if { path /10.80.0.30:3306 } { srv_is_up(reader/db-a) }");
    expect(lines).toContain("string up if { path /10.80.0.30:3306 } { srv_is_up(writer/db-a) }");
    expect(asked.ports).toContainEqual(expect.objectContaining({ address: "10.80.0.20", from: ["10.80.0.30"] }));
  });

  it("chooses the same node on every machine when two say that they write", () => {
    expect(sections.get("listen writer")).toContain("balance first");
    expect(sections.get("listen reader")).toContain("balance leastconn");
  });

  it("asks a quarter of a second apart whether a node is still the writer", () => {
    expect(sections.get("listen writer")).toContain(
      "default-server check inter 250ms fastinter 200ms downinter 250ms fall 2 rise 1 tcp-ut 2s",
    );
  });

  it("does not leave sessions to a process that checks no server any more", () => {
    expect(sections.get("global")).toContain("hard-stop-after 5000ms");
  });
});
