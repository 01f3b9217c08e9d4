import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import type { SshProps } from "../../../lib";
import { sshRoute } from "../../../lib/rollout/ssh";
import { hosts, resourceAt, scratch, shop } from "../../support/hive";

const folder = scratch();
const keyFile = (name: string): string => {
  const file = path.join(folder, name);
  if (!fs.existsSync(file)) execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", file]);
  return file;
};

/** What the provisioner of a member that leaves the web tier connects with. */
function farewell(ssh: SshProps, ofTheFirst: SshProps = {}): Record<string, string> {
  const all = hosts({ lb: 2, web: 3, db: 3 }).map((host) => ({
    ...host,
    tiers: [{ lb: "entrance", web: "web", db: "db" }[host.labels!.role as "lb"]],
    ssh: host.name === "web-1" ? ofTheFirst : {},
  }));
  const { provisioner = [] } = resourceAt(shop({ hosts: all, site: { ssh } }).stack, "web/members/Resource");
  return provisioner[0]!["remote-exec"]!.connection as Record<string, string>;
}

test("a private key is where the program has it now, else where it was, else where others have theirs, else the agent is asked", () => {
  const [common, own] = [keyFile("common"), keyFile("own")];
  const { private_key: read, agent } = farewell({ privateKeyFile: common }, { privateKeyFile: own });
  const files = [
    `{ "web-1" = "${own}", "web-2" = "${common}", "web-3" = "${common}" }[each.key]`,
    "self.output.key",
    `"${own}"`,
    `"${common}"`,
  ].map((file) => `file(pathexpand(${file}))`);
  expect(read).toBe(`\${try(${files.join(", ")}, null)}`);
  expect(agent).toBe(`\${try(${files.join(", ")}, null) == null}`);
});

test("a machine whose program asks the agent is reached by the agent, whatever the state remembers", () => {
  expect(farewell({}, { privateKeyFile: keyFile("own") }).private_key).toBe(
    '${try(contains(["web-2", "web-3"], each.key) ? null : file(""), ' +
      `file(pathexpand({ "web-1" = "${keyFile("own")}" }[each.key])), file(pathexpand(self.output.key)), ` +
      `file(pathexpand("${keyFile("own")}")), null)}`,
  );
});

test("a key below the home is remembered as such, so that the state is the same on every laptop", () => {
  expect(sshRoute("10.77.0.11", { privateKeyFile: path.join(os.homedir(), ".ssh/id") }).key).toBe("~/.ssh/id");
  expect(sshRoute("10.77.0.11", { privateKeyFile: "~/.ssh/id" }).key).toBe("~/.ssh/id");
  expect(sshRoute("10.77.0.11", { privateKeyFile: "/etc/keys/id" }).key).toBe("/etc/keys/id");
  expect(sshRoute("10.77.0.11", { privateKeyFile: "keys/id" }).key).toMatch(/^(~|\/).*\/keys\/id$/);
});
