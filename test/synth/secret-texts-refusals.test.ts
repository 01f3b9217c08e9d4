import * as fs from "node:fs";
import * as path from "node:path";
import { HaproxyLoadBalancer, WebApp, type Software } from "../../lib";
import { AwsSite } from "../../lib/aws";
import { TerraformVariable } from "../../lib/cdktf";
import { DigitalOceanSite } from "../../lib/digitalocean";
import { siteProps as awsProps } from "../support/aws";
import { siteProps as dropletProps } from "../support/digitalocean";
import { fullSynth, scratch, shop, SHOP_APP } from "../support/hive";

/** Put together here, so that no scanner takes this file for a leak. */
const TOKEN = `dop${"_v1_"}${"0a1b".repeat(16)}`;
const KEY = `-----BEGIN OPENSSH ${"PRIVATE"} KEY-----\n${"b3BlbnNzaC1rZXktdjEA".repeat(4)}\n`;
const URL = "mysql://shop:hunter2@10.0.0.1/shop";

const exporter = (content: string, encoding?: "base64"): Software => ({
  name: "exporter",
  packages: [],
  files: [{ path: "/etc/exporter/web.conf", content, encoding }],
  services: [],
  gate: [],
  ports: [],
});
const withApp = (environment: Record<string, string>, command = ["/usr/bin/node", "server.js"]) =>
  shop({ web: { app: WebApp.service({ source: SHOP_APP, healthPath: "/health", command, environment }) } });

/** Each place in which a program writes text that is synthesized or delivered. */
const PLACES: [property: string, make: (secret: string) => unknown][] = [
  ["app.environment.CACHE", (secret) => withApp({ CACHE: secret })],
  ["app.command.1", (secret) => withApp({}, ["/usr/bin/node", `--x=${secret}`])],
  [
    "app.nginx",
    (nginx) => shop({ web: { app: WebApp.php({ source: SHOP_APP, healthPath: "/health", nginx: `# ${nginx}\n` }) } }),
  ],
  ["mariadb", (secret) => shop({ db: { mariadb: `# ${secret}\nmax_connections = 300` } })],
  [
    "engine.extraConfig.frontend",
    (secret) => shop({ entrance: { engine: HaproxyLoadBalancer.pair({ extraConfig: { frontend: `# ${secret}` } }) } }),
  ],
  ["software.files.0.content", (secret) => shop().web.addSoftware(exporter(`key: ${secret}`))],
  [
    "software.files (/etc/exporter/web.conf of exporter)",
    (secret) => shop().web.addSoftware(exporter(Buffer.from(`key: ${secret}`).toString("base64"), "base64")),
  ],
  ["userData", (secret) => new AwsSite(shop().stack, "cloud", awsProps({ userData: `#!/bin/sh\necho '${secret}'\n` }))],
  ["tags.note", (secret) => new AwsSite(shop().stack, "cloud", awsProps({ tags: { note: secret } }))],
  [
    "userData",
    (secret) =>
      new DigitalOceanSite(shop().stack, "ocean", dropletProps({ userData: `#!/bin/sh\necho '${secret}'\n` })),
  ],
];

describe.each(PLACES)("%s", (property, make) => {
  test("refuses what looks like a token, and does not show it", () => {
    expect(() => make(TOKEN)).toThrow(`${property} holds a token of DigitalOcean; what a program says is synthesized`);
    expect(() => make(TOKEN)).not.toThrow(TOKEN);
  });
});

test("a private key and a URL with a password are refused as well", () => {
  expect(() => withApp({ TLS: KEY })).toThrow("shop/web: app.environment.TLS holds a private key;");
  expect(() => withApp({ DATABASE_URL: URL })).toThrow(
    "shop/web: app.environment.DATABASE_URL holds a password in a URL (user:password@…);",
  );
});

test("what Terraform knows is no text of the program", () => {
  const { stack } = shop();
  const token = new TerraformVariable(stack, "token", { type: "string", sensitive: true }).stringValue;
  expect(() => withApp({ DATABASE_URL: `mysql://shop:${token}@10.0.0.1/shop` })).not.toThrow();
});

/** Clouds' programs read no account while they are synthesized: neither their environment nor the files of their tools. */
test("the clouds synthesize without credentials", () => {
  const before = process.env;
  process.env = {
    ...Object.fromEntries(Object.entries(before).filter(([name]) => !/^(AWS|DIGITALOCEAN|SPACES|TF)_/.test(name))),
    HOME: scratch(),
    AWS_EC2_METADATA_DISABLED: "true",
  };
  try {
    const { stack } = shop();
    new AwsSite(stack, "cloud", awsProps());
    new DigitalOceanSite(stack, "ocean", dropletProps());
    const { folder } = fullSynth(stack);
    const text = fs.readFileSync(path.join(folder, "cdk.tf.json"), "utf8");
    const { provider } = JSON.parse(text) as { provider: Record<string, Record<string, unknown>[]> };
    expect(provider.aws).toEqual([{ alias: "cloud", region: "eu-central-1" }]);
    expect(Object.keys(provider.digitalocean![0]!)).toEqual(["alias"]);
  } finally {
    process.env = before;
  }
});
