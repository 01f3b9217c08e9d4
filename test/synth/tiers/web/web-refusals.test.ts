import * as fs from "node:fs";
import * as path from "node:path";
import * as zlib from "node:zlib";
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
  const filesOf = (source: string, choices: Partial<PhpAppProps> = {}) => {
    const { stack } = shop({ web: { app: php({ source, ...choices }) } });
    return [...bundleOf(stack, "web", "web-1").matchAll(/\/srv\/beehive\/shop-web\/([^"]+)"/g)].map(([, file]) => file);
  };

  /** A folder with one more file. @param mode of that file alone */
  const withFile = (name: string, content: string | Buffer = "A=1", mode = 0o644) =>
    folderWith((folder) => {
      fs.mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
      fs.writeFileSync(path.join(folder, name), content, { mode });
      fs.chmodSync(path.join(folder, name), mode);
    });
  const fate = (file: string, why: string) =>
    `its ${file} ${why}; bundles are kept in clear, and servers may hand out what is in them. Take it out, or leave it out by ` +
    `app.exclude: ["${file}"]; secrets belong into app.environment, as sensitive Terraform variables. What is meant to be delivered ` +
    "is named in app.include.";

  test.each([
    ".env",
    ".env.local",
    "lib/.env.production",
    ".netrc",
    ".htpasswd",
    "id_ed25519",
    "keys/shop.p12",
    "lib/secrets.yml",
    "terraform.tfstate",
    "prod.tfvars",
  ])("with %s", (name) => refusal(withFile(name), fate(name, "holds secrets as a rule")));

  test.each([".aws", ".ssh", ".docker", ".config", ".npmrc", ".history"])("with a hidden %s", (name) => {
    refusal(withFile(`${name}/config`), fate(name, "is hidden"));
    refusal(withFile(`lib/${name}`), fate(`lib/${name}`, "is hidden"));
  });

  test.each(["wp-config.php.bak", "index.php.old", "index.php_1", "lib/db.inc.save", "site.orig", "config.json.bak2"])(
    "with the copy %s",
    (name) => refusal(withFile(name), fate(name, "is a copy that was put aside, and a web server shows it as text")),
  );

  test.each(["shop.sql.gz", "backup/shop.sql.xz", "shop.dump", "sql/shop.sql.zip"])("with the dump %s", (name) => {
    refusal(withFile(name), fate(name, "is a copy of a database as a rule"));
  });

  test.each([
    ["sql/shop.sql", "-- MariaDB dump 10.19  Distrib 10.11.6-MariaDB\n--\n"],
    ["shop.sql", "CREATE TABLE a (b int);\nINSERT INTO a VALUES (1);\n"],
    ["export.sql", "COPY public.users (id, email) FROM stdin;\n"],
  ])("with the dump %s by what it holds", (name, content) => {
    refusal(withFile(name, content), fate(name, "is a copy of a database with its rows"));
  });

  test("with a database", () => {
    refusal(
      withFile("data/shop.db", Buffer.from("SQLite format 3\0....")),
      fate("data/shop.db", "is a database (SQLite)"),
    );
  });

  test("with a private key or a token, whatever the file is called", () => {
    const key = `-----BEGIN ${"PRIVATE"} KEY-----\n${"MIIEvQIBADANBgkqhkiG9w0BAQEFAASC".repeat(2)}\n`;
    refusal(withFile("lib/tls.pem", key), fate("lib/tls.pem", "holds a private key"));
    refusal(withFile("notes.txt.gz", zlib.gzipSync(`x ${key}`)), fate("notes.txt.gz", "holds a private key"));
    const token = `gh${"p_"}${"a1B2".repeat(9)}`;
    refusal(withFile("lib/ci.php", `<?php $t = "${token}";`), fate("lib/ci.php", "holds a token of GitHub"));
  });

  test("with a file that is kept from others, when the rest is not", () => {
    const why = "is kept from other accounts of this computer";
    refusal(withFile("lib/keep.txt", "x", 0o600), fate("lib/keep.txt", why));
    refusal(withFile("lib/keep.txt", "x", 0o640), fate("lib/keep.txt", why));
  });

  test("a umask that keeps all files from others says nothing of one", () => {
    const source = withFile("lib/b.php", "x", 0o600);
    for (const name of ["index.php", "lib/a.php"]) fs.chmodSync(path.join(source, name), 0o600);
    expect(filesOf(source)).toEqual(["index.php", "lib/a.php", "lib/b.php"]);
  });

  test("with many of them: five are named, and how many more", () => {
    const source = folderWith((folder) => {
      for (let i = 1; i <= 7; i++) fs.writeFileSync(path.join(folder, `${i}.php.bak`), "x");
    });
    expect(withApp({ source })).toThrow(
      /its 1\.php\.bak is a copy .*, its 5\.php\.bak is a copy [^,]*, and a web server shows it as text, and 2 more; bundles/,
    );
  });

  test("exclude leaves out, include delivers, of folders all that is in them", () => {
    const source = folderWith((folder) => {
      for (const name of [".config/a", ".cache/x/y", ".env", ".github/workflow.yml", "lib/x.bak"]) {
        fs.mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
        fs.writeFileSync(path.join(folder, name), "x");
      }
    });
    const include = [".config", ".cache/x", ".github/workflow.yml", "lib/x.bak"];
    const files = filesOf(source, { include, exclude: [".env", "lib/a.php"] });
    expect(files).toEqual([".cache/x/y", ".config/a", ".github/workflow.yml", "index.php", "lib/x.bak"]);
  });

  test.each(["include", "exclude"] as const)("an %s that names nothing", (choice) => {
    expect(withApp({ source: folderWith(() => undefined), [choice]: ["index.php", "lib/b.php"] })).toThrow(
      `shop/web: app.${choice}.1 is "lib/b.php"; source has no such file or folder. Write its path in source`,
    );
  });

  test.each(["./lib", "/lib", "lib/", "../lib", "a//b", "a/..", ""])("the path %j in a list", (file) => {
    expect(withApp({ source: folderWith(() => undefined), include: [file] })).toThrow("shop/web: app.include.0 is");
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

  test("version control, desktops, editors and pipelines stay behind, and nothing else", () => {
    const source = folderWith((folder) => {
      for (const name of [".git", ".github", ".well-known", "node_modules", "sql"])
        fs.mkdirSync(path.join(folder, name));
      for (const name of [
        ".git/config",
        ".github/workflow.yml",
        ".gitignore",
        ".editorconfig",
        ".index.php.swp",
        "index.php~",
        ".gitkeep",
        "node_modules/.eslintrc",
        "sql/001.sql",
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
      ".gitkeep",
      ".htaccess",
      ".well-known/x",
      "index.php",
      "lib/a.php",
      "node_modules/.env",
      "node_modules/.eslintrc",
      "sql/001.sql",
    ]);
  });
});
