import * as fs from "node:fs";
import * as path from "node:path";
import type { Manifest } from "../../../lib/manifest/manifest";
import { machineLogins } from "../../../lib/cli/machine-logins";
import { scratch } from "../../support/hive";
import { tenMachines } from "../upgrade/hive";
import { runBeehive } from "./run-beehive";

const CONNECTION = { type: "ssh", host: "10.77.0.1", port: 22, user: "root", host_key: "ssh-ed25519 AAAA" };

/** A folder with what a synth leaves of a hive with one machine. */
function stack(change: (manifest: Manifest) => Manifest = (manifest) => manifest, connection: object = CONNECTION) {
  const folder = scratch();
  const hive = tenMachines({ "shop/web": { of: ["web-1"], atLeast: 1 } }, { "web-1": "a" });
  fs.writeFileSync(path.join(folder, "beehive.json"), JSON.stringify(change(hive)));
  const terraform = { resource: { terraform_data: { web_1: { connection } } } };
  fs.writeFileSync(path.join(folder, "cdk.tf.json"), JSON.stringify(terraform));
  return folder;
}

const at = (address: string | undefined, sshPort: number) => (manifest: Manifest) => ({
  ...manifest,
  machines: manifest.machines.map((machine) => ({ ...machine, address, privateAddress: address, sshPort })),
});

test.each([
  ["a patience that is none", ["--patience", "soon"], stack(), '--patience is "soon"; allowed are 1 to 9999 minutes.'],
  ["a stack that was not synthesized", ["shop"], scratch(), "cdktf.out/stacks/shop/beehive.json cannot be read"],
  [
    "machines whose addresses only Terraform knows",
    [],
    stack(at(undefined, 22)),
    "the manifest of stack shop has no address for web-1, because a cloud gives it out when Terraform applies.",
  ],
  [
    "a manifest that is not from the synth beside it",
    [],
    stack(undefined, { ...CONNECTION, host: "10.77.0.2" }),
    "what cdktf synth wrote does not say how to log in to web-1. Run cdktf synth again.",
  ],
])("%s is refused", async (_, args, folder, message) => {
  const { code, err } = await runBeehive(folder, ["upgrade", ...args]);
  expect(err).toContain(message);
  expect(code).toBe(3);
});

test("a machine that cannot be reached is named, and nothing is touched", async () => {
  const connection = { ...CONNECTION, host: "127.0.0.1", port: "1" };
  const { code, err } = await runBeehive(stack(at("127.0.0.1", 1), connection), ["upgrade"]);
  expect(err).toMatch(
    /1 machine cannot be worked on[^]*web-1 \(127\.0\.0\.1\): ssh: .*refused[^]*No package was touched\./,
  );
  expect(code).toBe(4);
});

test("a machine whose host key nobody knows is not asked", async () => {
  const { code, err } = await runBeehive(stack(undefined, { ...CONNECTION, host_key: "unknown" }), ["upgrade"]);
  expect(err).toContain("web-1 (10.77.0.1): its SSH host key was not known when the program was synthesized");
  expect(code).toBe(4);
});

test("machines are logged in to as Terraform does, bastions and keys included", () => {
  const connection = {
    ...CONNECTION,
    port: "2222",
    user: "debian",
    private_key: '${file(pathexpand("~/.ssh/id"))}',
    bastion_host: "bastion.example.org",
    bastion_host_key: "ssh-rsa BBBB",
  };
  const logins = machineLogins(stack(undefined, connection));
  expect(logins("10.77.0.1", 22)).toBeUndefined();
  expect(logins("10.77.0.1", 2222)).toEqual({
    user: "debian",
    privateKeyFile: "~/.ssh/id",
    hostKey: "ssh-ed25519 AAAA",
    bastion: { host: "bastion.example.org", port: 22, user: "debian", hostKey: "ssh-rsa BBBB" },
  });
});
