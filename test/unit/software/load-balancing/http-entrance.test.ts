import * as fc from "fast-check";
import { Duration } from "../../../../lib/core/duration";
import { httpEntrance, type HttpEntranceOptions } from "../../../../lib/software/load-balancing/http-entrance";

const OPTIONS: HttpEntranceOptions = {
  instance: "shop-entrance",
  constructPath: "shop/entrance",
  bind: { address: "10.80.0.100", port: 80 },
  readyPort: 18100,
  servers: [
    { name: "web-a", address: "10.80.0.21", port: 8080, zone: "a" },
    { name: "web-b", address: "10.80.0.22", port: 8080, zone: "b" },
  ],
  health: { path: "/health" },
};

function configOf(options: Partial<HttpEntranceOptions> = {}): string[] {
  const files = httpEntrance({ ...OPTIONS, ...options }).files;
  const config = files.find((file) => file.path === "/etc/beehive/haproxy/shop-entrance.cfg");
  return config!.content.split("\n").map((line) => line.trim());
}

describe("the entrance's HAProxy", () => {
  it("binds the floating address alone, present or not", () => {
    expect(configOf().filter((line) => line.startsWith("bind 10."))).toEqual(["bind 10.80.0.100:80 transparent"]);
  });

  it("asks the application for status and text", () => {
    const config = configOf({ health: { path: "/up", status: 204, body: "all well" } });
    expect(config).toContain("http-check send meth GET uri /up ver HTTP/1.1 hdr Host health hdr User-Agent beehive");
    expect(config.filter((line) => line.startsWith("http-check expect"))).toEqual([
      "http-check expect status 204",
      'http-check expect string "all well"',
    ]);
  });

  it("retries after a failed connection whatever the request, beyond that only idempotent ones", () => {
    const config = configOf();
    expect(config).toContain("retry-on conn-failure empty-response junk-response 502");
    expect(config).toContain("acl idempotent method GET HEAD OPTIONS TRACE PUT DELETE");
    expect(config).toContain("http-request disable-l7-retry unless idempotent");
    expect(config).toContain("option redispatch 1");
  });

  it("finds a dead server by what visitors meet and by asking", () => {
    expect(configOf()).toContain(
      "default-server check inter 500ms fastinter 100ms downinter 500ms fall 2 rise 2 " +
        "observe layer4 error-limit 2 on-error mark-down slowstart 5s tcp-ut 1s",
    );
  });

  it("does not cut the requests of a server that is found sick", () => {
    expect(configOf().join("\n")).not.toContain("shutdown-sessions");
  });

  it("takes checks and timeouts, and the default for what is undefined", () => {
    const config = configOf({
      checks: { interval: Duration.seconds(2), fall: 3 },
      timeouts: { server: undefined, connect: Duration.millis(50) },
    });
    expect(config.find((line) => line.startsWith("default-server"))).toContain(
      "inter 2000ms fastinter 100ms downinter 2000ms fall 3",
    );
    expect(config).toContain("timeout connect 50ms");
    expect(config).toContain("timeout server 30000ms");
  });

  it("tells visitors' addresses and does not believe what they say", () => {
    expect(configOf()).toContain("http-request set-header X-Forwarded-For %[src]");
  });

  it("puts the user's lines at the end of their sections, marked", () => {
    const config = configOf({ extraConfig: { frontend: "  acl x path /x  \n\n", backend: "balance source" } });
    const at = config.indexOf("acl x path /x");
    expect(config[at - 1]).toBe("# From the program's own lines:");
    expect(config[at + 1]).toBe("");
    expect(config.indexOf("balance source")).toBe(config.indexOf("server web-b 10.80.0.22:8080") + 2);
  });

  it("says with a fingerprint which configuration the process serves", () => {
    const fingerprints = [configOf(), configOf(), configOf({ readyPort: 18101 }), configOf({ maxConnections: 9 })].map(
      (config) => config.find((line) => line.startsWith("http-request return"))!,
    );
    expect(fingerprints[0]).toBe(fingerprints[1]);
    expect(fingerprints[0]).not.toBe(fingerprints[3]);
    const gate = httpEntrance(OPTIONS).gate.at(-1)!;
    expect(fingerprints[0]).toContain(`"${gate.command.at(-1)!}"`);
  });

  it("has one server line for each server, in order", () => {
    const name = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,20}[a-z0-9])?$/);
    const server = fc.record({
      name,
      address: fc.oneof(fc.ipV4(), fc.ipV6()),
      port: fc.integer({ min: 1, max: 65535 }),
      zone: name,
    });
    fc.assert(
      fc.property(fc.uniqueArray(server, { selector: (s) => s.name, maxLength: 40 }), (servers) => {
        const lines = configOf({ servers }).filter((line) => line.startsWith("server "));
        expect(lines).toEqual(
          servers.map(({ name, address, port }) =>
            address.includes(":") ? `server ${name} [${address}]:${port}` : `server ${name} ${address}:${port}`,
          ),
        );
      }),
    );
  });
});

describe("the entrance on its machine", () => {
  it("reloads HAProxy for a new configuration and never restarts it", () => {
    const haproxy = httpEntrance(OPTIONS).services.filter(
      ({ unit }) => unit === "beehive-haproxy-shop-entrance.service",
    );
    expect(haproxy.map(({ onChange, watches }) => [onChange, watches])).toEqual([
      ["reload", ["/etc/beehive/haproxy/shop-entrance.cfg"]],
    ]);
  });

  it("checks the new configuration again before it tells the running process", () => {
    const unit = httpEntrance(OPTIONS).files.find((file) =>
      file.path.endsWith("beehive-haproxy-shop-entrance.service"),
    )!;
    const reload = unit.content.split("\n").filter((line) => line.startsWith("ExecReload="));
    expect(reload).toEqual([
      "ExecReload=/usr/sbin/haproxy -Ws -f /etc/beehive/haproxy/shop-entrance.cfg -c -q",
      "ExecReload=-/usr/local/lib/beehive/haproxy-save-shop-entrance",
      "ExecReload=/bin/kill -USR2 $MAINPID",
    ]);
  });

  it("sends no reset to a new connection at the floating address, and resets open connections as before", () => {
    const table = httpEntrance(OPTIONS).files.find((file) => file.path.endsWith(".entrance.nft"))!;
    expect(table.content).toContain("ip saddr 10.80.0.100 tcp sport 80 tcp flags == rst|ack tcp sequence 0 drop");
  });

  it("says to the servers whether they are in rotation, where that is wanted", () => {
    const rotation = { machine: "lb-a", address: "10.80.0.11", port: 18100, from: ["10.80.0.21"] };
    expect(configOf({ rotation })).toContain("bind 10.80.0.11:18100");
    expect(httpEntrance({ ...OPTIONS, rotation }).ports).toContainEqual(
      expect.objectContaining({ address: "10.80.0.11" }),
    );
    expect(configOf()).not.toContain("frontend rotation");
  });

  it("listens to the world on one port and to itself on another", () => {
    expect(httpEntrance(OPTIONS).ports.map(({ port, address, from }) => [port, address, from])).toEqual([
      [80, "10.80.0.100", "world"],
      [18100, "127.0.0.1", "localhost"],
    ]);
  });
});

describe("the entrance with a certificate", () => {
  const tls = { pem: "{{beehive:secret:tls/certificate}}\n{{beehive:secret:tls/private-key}}\n", redirectFrom: 80 };
  const bind = { address: "10.80.0.100", port: 443 };
  const secure = (more: Partial<HttpEntranceOptions> = {}) => httpEntrance({ ...OPTIONS, bind, tls, ...more });
  const CONFIG = "/etc/beehive/haproxy/shop-entrance.cfg";
  const PEM = "/etc/beehive/tls/shop-entrance.pem";

  it("serves HTTP/2 and HTTP/1.1 over TLS 1.2 or newer", () => {
    expect(configOf({ bind, tls })).toContain(
      `bind 10.80.0.100:443 transparent ssl crt ${PEM} ssl-min-ver TLSv1.2 alpn h2,http/1.1`,
    );
  });

  it("keeps certificate and key in one file that only root reads", () => {
    expect(secure().files.find(({ path }) => path === PEM)).toEqual({ path: PEM, content: tls.pem, mode: "0600" });
  });

  it("reloads HAProxy when the certificate changes", () => {
    expect(secure().services.find(({ unit }) => unit === "beehive-haproxy-shop-entrance.service")).toMatchObject({
      onChange: "reload",
      watches: [CONFIG, PEM],
    });
  });

  it("asks HAProxy when the certificate is in its place, because a staged copy would not find it", () => {
    expect(secure().files.find(({ path }) => path === CONFIG)).not.toHaveProperty("validate");
    expect(secure().checks?.map(({ command }) => command)).toEqual([["haproxy", "-c", "-f", CONFIG]]);
    expect(httpEntrance(OPTIONS).checks).toBeUndefined();
    expect(httpEntrance(OPTIONS).files.find(({ path }) => path === CONFIG)).toHaveProperty("validate");
  });

  it("tells the application that visitors came encrypted", () => {
    expect(configOf({ bind, tls })).toContain("http-request set-header X-Forwarded-Proto https");
    expect(configOf()).toContain("http-request set-header X-Forwarded-Proto http");
  });

  it("sends visitors of the plain port to the encrypted one, a sent form included", () => {
    const config = configOf({ bind, tls });
    expect(config[config.indexOf("frontend unencrypted") + 1]).toBe("bind 10.80.0.100:80 transparent");
    expect(config).toContain(
      "http-request redirect code 308 location https://%[req.hdr(host),regsub(:[0-9]+$,)]%[pathq]",
    );
    expect(configOf({ bind: { ...bind, port: 8443 }, tls })).toContain(
      "http-request redirect code 308 location https://%[req.hdr(host),regsub(:[0-9]+$,)]:8443%[pathq]",
    );
  });

  it("leaves the plain port closed without a redirect", () => {
    const software = secure({ tls: { pem: tls.pem } });
    expect(software.ports.filter(({ from }) => from === "world").map(({ port }) => port)).toEqual([443]);
    expect(configOf({ bind, tls: { pem: tls.pem } })).not.toContain("frontend unencrypted");
  });

  it("opens both ports to the world, and keeps both silent while HAProxy is away", () => {
    expect(
      secure()
        .ports.filter(({ from }) => from === "world")
        .map(({ port }) => port),
    ).toEqual([443, 80]);
    const table = secure().files.find(({ path }) => path.endsWith(".entrance.nft"))!.content;
    expect(table).toContain("ip saddr 10.80.0.100 tcp sport { 443, 80 } tcp flags == rst|ack tcp sequence 0 drop");
  });
});

describe("the entrance on every address of a machine", () => {
  const bind = { address: "*", port: 80 };

  it("binds them all", () => {
    expect(configOf({ bind })).toContain("bind *:80 transparent");
  });

  it("is silent on them all while HAProxy is away", () => {
    const table = httpEntrance({ ...OPTIONS, bind }).files.find(({ path }) => path.endsWith(".entrance.nft"))!.content;
    expect(table).toContain("        tcp sport 80 tcp flags == rst|ack tcp sequence 0 drop");
    expect(table).toContain("table ip beehive_shop_entrance {");
  });
});
