import * as fs from "node:fs";
import * as path from "node:path";
import { scratch } from "../../support/hive";
import { findMirror } from "../../support/mirror";

/** A Terraform configuration with a mirror whose providers begin with these bytes. */
function configuration(program: Buffer, providers: readonly string[]): string {
  const folder = scratch();
  for (const provider of providers) {
    const at = path.join(folder, "registry.terraform.io", provider, "1.0.0", "linux_amd64");
    fs.mkdirSync(at, { recursive: true });
    fs.writeFileSync(path.join(at, `terraform-provider-${path.basename(provider)}_v1.0.0`), program);
  }
  const file = path.join(folder, "terraform.rc");
  fs.writeFileSync(file, `provider_installation {\n  filesystem_mirror {\n    path = "${folder}"\n  }\n}\n`);
  return file;
}

const SCRIPT = Buffer.from("#!/usr/bin/env node\n");
const MACHINE_CODE = Buffer.from([0x7f, 0x45, 0x4c, 0x46]);
const BOTH = ["hashicorp/aws", "digitalocean/digitalocean"];

test("a rehearsal mirror that Terraform's configuration names is taken, and named", () => {
  const file = configuration(SCRIPT, BOTH);
  expect(findMirror({ TF_CLI_CONFIG_FILE: file })).toEqual({
    configuration: file,
    origin: `the mirror that TF_CLI_CONFIG_FILE names (${file})`,
  });
});

test("real providers are refused, because the tests apply", () => {
  const file = configuration(MACHINE_CODE, BOTH);
  expect(() => findMirror({ TF_CLI_CONFIG_FILE: file })).toThrow("has no rehearsal provider of hashicorp/aws");
});

test("a configuration without both providers is refused, because Terraform would ask the registry", () => {
  const file = configuration(SCRIPT, ["hashicorp/aws"]);
  expect(() => findMirror({ TF_CLI_CONFIG_FILE: file })).toThrow("no rehearsal provider of digitalocean/digitalocean");
});
