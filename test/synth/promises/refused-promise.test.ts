import * as fs from "node:fs";
import * as path from "node:path";
import { App } from "../../../lib/cdktf";
import { AvailabilityPromise, GaleraTimeouts } from "../../../lib";
import { scratch, shop } from "../../support/hive";
import { runBeehive } from "../../unit/cli/run-beehive";

const FOUND = "cdktf.out/stacks/shop/beehive.json";

/** What `cdktf synth` runs, in a program's folder. */
function synthesize(folder: string, availability: string): void {
  const app = new App({ outdir: path.join(folder, "cdktf.out") });
  const { stack, entrance } = shop({ app, db: { timeouts: GaleraTimeouts.lanFast() } });
  new AvailabilityPromise(stack, "slo", { entrance, availability });
  app.synth();
}

const exists = (folder: string, file: string) => fs.existsSync(path.join(folder, file));

test("beehive report shows the promise that synth refuses, also when nothing was synthesized before", async () => {
  const folder = scratch();
  expect(() => synthesize(folder, "99.9999%")).toThrow("availability is promised as 99.9999 %");
  expect(exists(folder, "cdktf.out/stacks/shop/cdk.tf.json")).toBe(false);
  const { code, out } = await runBeehive(folder, ["report", "--sarif", path.join(folder, "report.sarif")]);
  expect(out).toContain("Promise shop/slo cannot be kept");
  expect(code).toBe(1);
  expect(fs.readFileSync(path.join(folder, "report.sarif"), "utf8")).toContain('"ruleId": "PROMISE_BROKEN"');
});

test("it does not judge the promise of an earlier synth, and what Terraform applies stays as it was", async () => {
  const folder = scratch();
  synthesize(folder, "99%");
  const kept = await runBeehive(folder, ["report"]);
  expect(kept.out).toContain("the promise is kept");
  fs.copyFileSync(path.join(folder, FOUND), path.join(folder, "before.json"));
  const terraform = () => fs.readFileSync(path.join(folder, "cdktf.out/stacks/shop/cdk.tf.json"), "utf8");
  const before = terraform();
  expect(() => synthesize(folder, "99.9999%")).toThrow("availability is promised as 99.9999 %");
  expect(terraform()).toBe(before);
  const refused = await runBeehive(folder, ["report"]);
  expect(refused.out).toContain("Promise shop/slo cannot be kept");
  expect(refused.code).toBe(1);
  const diff = await runBeehive(folder, ["diff", "before.json", FOUND]);
  expect(diff.out).toContain("99.9999");
});
