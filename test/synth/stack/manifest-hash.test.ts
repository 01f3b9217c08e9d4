import { execFileSync } from "node:child_process";
import * as path from "node:path";
import { Hive } from "../../../lib/stack/hive";
import { scratch, shop, type HiveOptions } from "../../support/hive";

const manifestOf = (options: HiveOptions) => Hive.of(shop(options).stack).manifest();

function key(name: string): string {
  const file = path.join(scratch(), name);
  execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", file]);
  return file;
}

test("where an SSH key lies changes no hash: drills of a demo, which makes a key of its own, are not stale", () => {
  const [mine, demo] = ["id_ed25519", "demo"].map((name) =>
    manifestOf({ site: { ssh: { privateKeyFile: key(name) } } }),
  );
  expect(mine!.sites[0]!.ssh!.privateKeyFile).not.toBe(demo!.sites[0]!.ssh!.privateKeyFile);
  expect(mine!.hash).toBe(demo!.hash);
});

test("who logs in does", () => {
  const [admin, root] = ["admin", "root"].map((user) => manifestOf({ site: { ssh: { user } } }).hash);
  expect(admin).not.toBe(root);
});
