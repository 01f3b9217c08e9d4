import * as path from "node:path";
import { App, TerraformStack } from "cdktf";
import { HaWebTier, HostsSite, WebApp } from "cdktf-beehive";

/** What a test changes between two deploys; JSON in the environment. */
interface Change {
  readonly takeOver?: boolean;
  readonly broken?: boolean;
}
const { takeOver = false, broken = false } = JSON.parse(process.env.CHANGE ?? "{}") as Change;

const app = new App();
const stack = new TerraformStack(app, "foreign");
const mine = (unit: string) => (takeOver ? { takeOver: [unit] } : {});
const rack = new HostsSite(stack, "rack", {
  ssh: { user: "deploy", privateKeyFile: process.env.TEST_SSH_KEY },
  hosts: [
    { name: "web-1", address: "10.83.0.11", zone: "a", ...mine("nginx.service") },
    { name: "web-2", address: "10.83.0.12", zone: "b", ...mine("owner.service") },
  ],
});
const web = new HaWebTier(stack, "web", {
  site: rack,
  servers: 2,
  app: WebApp.php({ source: path.join(__dirname, "app"), healthPath: "/health.php" }),
});
if (broken) {
  web.addSoftware({
    name: "broken",
    packages: [],
    files: [{ path: "/etc/beehive-test/broken", content: "of a release that is no good" }],

    services: [],
    gate: [{ description: "the release serves", command: ["false"], timeoutSeconds: 1 }],
    ports: [],
  });
}
app.synth();
