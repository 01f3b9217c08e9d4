import { withLab } from "../../lib/lab";
import type { Manifest } from "../../lib/manifest/manifest";

/** A process that owns a lab until somebody ends it: `MANIFEST PUBLIC_KEY`. Prints `up RUN` when the lab has booted. */
async function main(): Promise<void> {
  const [manifest = "", publicKey = ""] = process.argv.slice(2);
  const reporter = { step: say, machine: (name: string, text: string) => say(`${name}: ${text}`) };
  await withLab(JSON.parse(manifest) as Manifest, { publicKey, reporter }, async (lab, signal) => {
    say(`up ${lab.runId}`);
    await new Promise((done) => {
      const hours = setTimeout(done, 3_600_000);
      signal.addEventListener("abort", () => clearTimeout(hours));
    });
  });
}

const say = (line: string): void => void process.stdout.write(`${line}\n`);

main().catch((error: Error) => {
  say(`ended: ${error.message}`);
  process.exitCode ??= 1;
});
