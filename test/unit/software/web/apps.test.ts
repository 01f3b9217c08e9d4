import { phpApp, type PhpAppOptions } from "../../../../lib/software/web/nginx-php";
import { secretPlaceholder } from "../../../../lib/software/placeholders";
import { serviceApp, type ServiceAppOptions } from "../../../../lib/software/web/service-app";

const COMMON = {
  instance: "shop-web",
  constructPath: "shop/web",
  address: "10.80.0.21",
  port: 8080,
  clients: ["10.80.0.11", "10.80.0.12"],
  healthPath: "/health",
  environment: { DB_PASSWORD: secretPlaceholder("db") },
};
const SERVICE: ServiceAppOptions = {
  ...COMMON,
  files: [
    { path: "bin/run", content: "#!/bin/sh\n" },
    { path: "readme.txt", content: "hello" },
    { path: "tool", content: Buffer.from("\x7fELF\x02\x01", "latin1").toString("base64"), encoding: "base64" },
  ],
  command: ["./bin/run", 'a "quoted" word', "ümlaut"],
};
const PHP: PhpAppOptions = { ...COMMON, files: [{ path: "index.php", content: "<?php" }] };

describe.each([
  ["a service", serviceApp(SERVICE)],
  ["PHP", phpApp(PHP)],
])("an application as %s", (_, software) => {
  it("gets a variable from a file that holds nothing but the value, for itself and root alone", () => {
    expect(software.files).toContainEqual({
      path: "/etc/beehive/environment/shop-web/DB_PASSWORD",
      content: "{{beehive:secret:db}}",
      mode: "0640",
      group: "beehive-shop-web",
    });
    expect(software.directories).toContainEqual({
      path: "/etc/beehive/environment/shop-web",
      mode: "0750",
      group: "beehive-shop-web",
    });
  });

  it("cannot change its own files", () => {
    const files = software.files.filter((file) => file.path.startsWith("/srv/beehive/shop-web/"));
    expect(files.length).toBeGreaterThan(0);
    expect(files.every((file) => file.owner === undefined && ["0644", "0755"].includes(file.mode!))).toBe(true);
  });

  it("is in service when its health path answers", () => {
    expect(software.gate.map((probe) => probe.command.slice(3))).toEqual([["10.80.0.21", "8080", "/health", "200"]]);
  });

  it("is reached by the load balancers alone", () => {
    expect(software.ports.map(({ port, address, from }) => [port, address, from])).toEqual([
      [8080, "10.80.0.21", COMMON.clients],
    ]);
  });

  it("keeps secrets out of every other file", () => {
    const holders = software.files.filter((file) => file.content.includes("{{beehive:secret")).map((file) => file.path);
    expect(holders).toEqual(["/etc/beehive/environment/shop-web/DB_PASSWORD"]);
  });
});

describe("a service", () => {
  const software = serviceApp(SERVICE);

  it("is told where to listen", () => {
    const values = new Map(software.files.map((file) => [file.path, file.content]));
    expect(values.get("/etc/beehive/environment/shop-web/HOST")).toBe("10.80.0.21");
    expect(values.get("/etc/beehive/environment/shop-web/PORT")).toBe("8080");
  });

  it("finds scripts and programs executable", () => {
    const modes = software.files
      .filter((file) => file.path.startsWith("/srv/"))
      .map((file) => [file.path.slice(21), file.mode]);
    expect(modes).toEqual([
      ["/bin/run", "0755"],
      ["/readme.txt", "0644"],
      ["/tool", "0755"],
    ]);
  });

  it("is started with its arguments as they are", () => {
    const launcher = software.files.find((file) => file.path === "/usr/local/lib/beehive/app-shop-web")!;
    expect(launcher.content).toContain('command = ["./bin/run", "a \\"quoted\\" word", "\\u00fcmlaut"]');
  });

  it("restarts for new files, a new environment or a new command", () => {
    expect(software.services).toEqual([
      {
        unit: "beehive-app-shop-web.service",
        onChange: "restart",
        watches: [
          "/srv/beehive/shop-web/",
          "/etc/beehive/environment/shop-web/",
          "/usr/local/lib/beehive/app-shop-web",
          "/etc/systemd/system/beehive-app-shop-web.service",
        ],
        beforeUpgrade: ["systemctl", "stop", "beehive-app-shop-web.service"],
      },
    ]);
  });

  it("may bind a port below 1024, and only then", () => {
    const unitOf = (port: number) => serviceApp({ ...SERVICE, port }).files.at(-1)!.content;
    expect(unitOf(80)).toContain("AmbientCapabilities=CAP_NET_BIND_SERVICE");
    expect(unitOf(8080)).not.toContain("CAP_NET_BIND_SERVICE");
  });
});

describe("PHP", () => {
  const software = phpApp(PHP);
  const nginx = software.files.find((file) => file.path === "/etc/beehive/nginx/shop-web.conf")!.content;

  it("leaves Debian's own nginx and pools off", () => {
    expect(software.unusedUnits).toEqual(["nginx.service", "php*-fpm.service"]);
  });

  it("trusts the load balancers alone about the visitor's address", () => {
    expect(nginx.match(/set_real_ip_from \S+;/g)).toEqual([
      "set_real_ip_from 10.80.0.11;",
      "set_real_ip_from 10.80.0.12;",
    ]);
  });

  it("reloads for new files, and for a new environment restarts with nginx out of service", () => {
    expect(software.services.map(({ unit, onChange, beforeStop }) => [unit, onChange, beforeStop])).toEqual([
      ["beehive-php-shop-web.service", "restart", ["systemctl", "stop", "beehive-nginx-shop-web.service"]],
      ["beehive-php-shop-web.service", "reload", undefined],
      ["beehive-nginx-shop-web.service", "reload", undefined],
    ]);
    expect(software.services[1]!.watches).toContain("/srv/beehive/shop-web/");
    expect(software.services[0]!.watches).toContain("/etc/beehive/environment/shop-web/");
  });

  it("puts the user's lines into the server block, marked", () => {
    const content = phpApp({ ...PHP, extraConfig: "gzip on;\nclient_max_body_size 1g;" }).files.find((f) =>
      f.path.includes("/nginx/"),
    )!.content;
    expect(content).toContain(
      "        # From the program's own lines:\n        gzip on;\n        client_max_body_size 1g;\n    }\n}\n",
    );
  });
});
