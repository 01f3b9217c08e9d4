import * as fs from "node:fs";
import * as path from "node:path";
import { WebApp, type PhpAppProps } from "../../../../lib";
import { TerraformVariable } from "../../../../lib/cdktf";
import { awsShop } from "../../../support/aws";
import { SHOP_APP, bundleOf, scratch, shop, synth } from "../../../support/hive";
import { quoted } from "../../../../lib/core/words";

const php = (props: Partial<PhpAppProps>) => WebApp.php({ source: SHOP_APP, healthPath: "/health", ...props });
const withApp = (props: Partial<PhpAppProps>) => () => shop({ web: { app: php(props) } });

describe("healthPath", () => {
  test.each([
    ["/health?x=1 2", 'it holds a blank, which ends a path in a request. Write %20: "/health?x=1%202".'],
    ["health", 'it must be a path such as "/health".'],
    ["/health#top", "what follows # never reaches a server. Leave it out."],
    ["/häuser", '"ä" is no character of a path. Write %C3%A4 for it.'],
  ])("%s", (healthPath, problem) => {
    expect(withApp({ healthPath })).toThrow(`shop/web: app.healthPath is "${healthPath}"; ${problem}`);
  });
});

describe("environment", () => {
  const SYSTEM = "HOME, INVOCATION_ID, JOURNAL_STREAM, LOGNAME, NOTIFY_SOCKET, PATH, SHELL, SYSTEMD_EXEC_PID, USER";

  test("a variable of the system", () => {
    expect(withApp({ environment: { PATH: "/opt/bin" } })).toThrow(
      `shop/web: app.environment.PATH is "/opt/bin"; the system and Beehive set ${SYSTEM}. Leave it out, or give the variable another ` +
        "name and read that in the application.",
    );
  });

  test("a variable of a service", () => {
    const props = {
      source: SHOP_APP,
      healthPath: "/health",
      command: ["/usr/bin/node", "x.js"],
      environment: { PORT: "3000" },
    };
    expect(() => shop({ web: { app: WebApp.service(props) } })).toThrow(
      `shop/web: app.environment.PORT is "3000"; the system and Beehive set HOST, PORT, ${SYSTEM}. Leave it out,`,
    );
  });

  test("which PHP may have for itself", () => {
    expect(withApp({ environment: { PORT: "3000" } })).not.toThrow();
  });

  test("a variable of the database", () => {
    expect(withApp({ environment: { DB_HOST: "10.0.0.1" } })).toThrow(
      'shop/web: app.environment.DB_HOST is "10.0.0.1"; database shop/db sets DB_HOST, DB_PORT, DB_READ_PORT, DB_NAME, DB_USER, DB_PASSWORD, DB_TLS, DB_TLS_CA. ' +
        "Leave it out, or give the variable another name and read that in the application.",
    );
  });

  test("a database of somebody else's is welcome", () => {
    expect(() =>
      shop({ web: { app: php({ environment: { DB_HOST: "10.0.0.1" } }), database: undefined } }),
    ).not.toThrow();
  });

  test("the refusal repeats no password", () => {
    const { stack } = shop();
    const password = new TerraformVariable(stack, "own", { type: "string", sensitive: true }).stringValue;
    expect(withApp({ environment: { DB_PASSWORD: password } })).toThrow(
      "shop/web: app.environment.DB_PASSWORD is given; database shop/db sets DB_HOST,",
    );
  });
});

describe("lines for nginx", () => {
  test.each([
    ["}\nserver { listen 81;", "a } in it ends the server block that it stands in. Take out the } that has no {."],
    ["location /x { return 204;", "a block in it does not end. Add the } that is missing."],
    ['add_header X "y;', 'a " in it does not end. Close the quote.'],
    ["gzip on", 'the directive "gzip on" does not end. Add the semicolon.'],
  ])("%j", (nginx, problem) => {
    const said = `shop/web: app.nginx is ${quoted(nginx)}; ${problem}`;
    expect(withApp({ nginx })).toThrow(said);
  });

  test("what nginx takes is welcome", () => {
    const nginx = [
      "# A } in a comment, and it's a quote, too",
      "gzip on; # another }",
      'location ~ "^/[a-z]{2}/" { return 204; }',
      'set $name "it\'s ${uri} }";',
      "rewrite ^/a\\{b /c last;",
      "location /x { if ($arg_a = '}') { return 404; } }",
      "",
    ].join("\n");
    expect(withApp({ nginx })).not.toThrow();
  });
});

describe("children", () => {
  const warnings = (stack: { node: { metadata: readonly { type: string; data: unknown }[] } }) =>
    stack.node.metadata.filter(({ type }) => type.includes("warn")).map(({ data }) => String(data));

  test("more than the machine can start", () => {
    const { stack } = awsShop({ site: { size: "t3.small" }, web: { app: php({ children: 10_000 }) } });
    expect(() => synth(stack)).toThrow(
      "shop/web: app.children is 10000; all of them start at once and take 39.1 GiB or more before the first request, with memoryLimit " +
        "128M their requests may take 1.2 TiB on each server, and machine web-a (t3.small) has 2 GiB. Use 16 or fewer, or larger machines.",
    );
  });

  test("more than their requests may take together", () => {
    const { stack, web } = awsShop({ site: { size: "t3.small" }, web: { app: php({ children: 32 }) } });
    synth(stack);
    expect(warnings(web)).toEqual([
      "shop/web: app.children is 32; with memoryLimit 128M their requests may take 4 GiB on each server, and machine web-a (t3.small) has " +
        "2 GiB. At 16 or fewer a busy hour cannot take more than that.",
    ]);
  });

  test("on machines of an unknown size", () => {
    const { stack, web } = shop({ web: { app: php({ children: 10_000 }) } });
    synth(stack);
    expect(warnings(web)).toEqual([
      "shop/web: app.children is 10000; with memoryLimit 128M their requests may take 1.2 TiB on each server. Lower it unless the machines " +
        "have that much.",
    ]);
  });

  test("what nobody has chosen is no warning", () => {
    const { stack, web } = awsShop({ site: { size: "t3.micro" } });
    synth(stack);
    expect(warnings(web)).toEqual([]);
  });

  test.each(["0", "0M"])("a memory limit of %s", (memoryLimit) => {
    expect(withApp({ memoryLimit })).toThrow(
      `shop/web: app.memoryLimit is "${memoryLimit}"; must be a PHP size above 0, such as "128M".`,
    );
  });
});

describe("source", () => {
  function folderWith(make: (folder: string) => void): string {
    const folder = path.join(scratch(), "site");
    fs.mkdirSync(path.join(folder, "lib"), { recursive: true });
    fs.writeFileSync(path.join(folder, "index.php"), "<?php echo 1;");
    fs.writeFileSync(path.join(folder, "lib/a.php"), "<?php echo 'a';");
    make(folder);
    return folder;
  }
  const refusal = (source: string, problem: string) =>
    expect(withApp({ source })).toThrow(`shop/web: app.source is "${source}"; ${problem}`);
  const filesOf = (source: string) => {
    const { stack } = shop({ web: { app: php({ source }) } });
    return [...bundleOf(stack, "web", "web-1").matchAll(/\/srv\/beehive\/shop-web\/([^"]+)"/g)].map(([, file]) => file);
  };

  test.each([".env", ".env.local", "lib/.env.production", ".netrc", "id_ed25519"])("with %s", (name) => {
    const source = folderWith((folder) => fs.writeFileSync(path.join(folder, name), "A=1"));
    refusal(
      source,
      `its file ${name} holds secrets as a rule, and bundles are kept in clear. Take it out, and put its values into app.environment ` +
        "(secrets as sensitive Terraform variables); one without secrets gets another name.",
    );
  });

  test.each([
    ["an absolute link", "/etc/hostname", ", which is another place on the servers. Make it a relative link."],
    ["a broken link", "gone.php", ", which is not there."],
    ["a link that leads out", "../outside", ", outside of the folder."],
  ])("with %s", (_, target, why) => {
    const source = folderWith((folder) => {
      fs.writeFileSync(path.join(folder, "../outside"), "x");
      fs.symlinkSync(target, path.join(folder, "link"));
    });
    refusal(
      source,
      `its link link leads to ${target}${why} Put what it leads to into the folder, or take the link out.`,
    );
  });

  test("with a link that leads around", () => {
    refusal(
      folderWith((folder) => fs.symlinkSync("..", path.join(folder, "lib/up"))),
      "its link lib/up leads to a folder that it is in, without end. Take the link out.",
    );
  });

  test("links that stay inside are delivered as what they lead to", () => {
    const source = folderWith((folder) => {
      fs.symlinkSync("lib", path.join(folder, "current"));
      fs.symlinkSync("../index.php", path.join(folder, "lib/start.php"));
    });
    expect(filesOf(source)).toEqual(["current/a.php", "current/start.php", "index.php", "lib/a.php", "lib/start.php"]);
  });

  test("version control and desktops stay behind, and nothing else", () => {
    const source = folderWith((folder) => {
      for (const name of [".git", ".well-known", "node_modules"]) fs.mkdirSync(path.join(folder, name));
      for (const name of [
        ".git/config",
        ".well-known/x",
        "node_modules/.env",
        ".DS_Store",
        ".env.example",
        ".htaccess",
      ])
        fs.writeFileSync(path.join(folder, name), "x");
    });
    expect(filesOf(source)).toEqual([
      ".env.example",
      ".htaccess",
      ".well-known/x",
      "index.php",
      "lib/a.php",
      "node_modules/.env",
    ]);
  });
});
