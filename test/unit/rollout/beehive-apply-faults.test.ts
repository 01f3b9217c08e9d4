import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

const MODULES = path.resolve(__dirname, "../../../lib/rollout/machine");

/** Where writing to a disk takes no time: what is tried is the order of the calls. */
const FOLDER = fs.existsSync("/dev/shm") ? "/dev/shm" : os.tmpdir();

// A file that becomes a folder and the reverse, a secret, new folders, files that go; forth, back, and on an empty machine.
test("a rollout that is cut off or finds the disk full anywhere leaves one release, whole, after the next deploy", () => {
  const root = fs.mkdtempSync(path.join(FOLDER, "beehive-faults-"));
  try {
    const { stdout, stderr } = spawnSync(
      "python3",
      ["-B", path.join(__dirname, "beehive-apply-faults.py"), MODULES, root],
      { encoding: "utf8", maxBuffer: 64 * 1024 * 1024 },
    );
    expect(stderr).toBe("");
    const { tried, wrong } = JSON.parse(stdout) as { tried: Record<string, number>; wrong: string[] };
    expect(wrong).toEqual([]);
    expect(tried["cut"]! + tried["full"]! + tried["cut twice"]!).toBeGreaterThanOrEqual(500);
  } finally {
    fs.rmSync(root, { recursive: true });
  }
}, 300_000);
