import { execFileSync, spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

const PROGRAM = path.resolve(__dirname, "../../lib/software/storage/data-volume/data-volume.py");
/** The program as it is, but for the time that it waits for something to show up. */
const IMPATIENT = `
import importlib.util, sys
spec = importlib.util.spec_from_file_location("data_volume", "${PROGRAM}")
program = importlib.util.module_from_spec(spec)
spec.loader.exec_module(program)
program.PATIENCE = 1
sys.exit(program.main(sys.argv[1:]))
`;

const ready = process.getuid?.() === 0 && spawnSync("losetup", ["--find"]).status === 0;
const onLoopDevices = ready ? describe : describe.skip;

/** A block device of the kernel's, and a folder of a machine. Nothing of it is mounted outside of a script. */
class Machine {
  readonly folder: string;
  readonly device: string;
  private readonly root = fs.mkdtempSync(path.join(os.tmpdir(), "beehive-test-"));
  private readonly image = path.join(this.root, "image");
  private readonly loop: string;

  constructor(mebibytes = 64) {
    this.folder = path.join(this.root, "folder");
    this.device = path.join(this.root, "by-id");
    fs.mkdirSync(this.folder);
    fs.closeSync(fs.openSync(this.image, "w"));
    fs.truncateSync(this.image, mebibytes * 1024 * 1024);
    this.loop = execFileSync("losetup", ["--find", "--show", this.image], { encoding: "utf8" }).trim();
    fs.symlinkSync(this.loop, this.device);
  }

  /** In a mount namespace of its own: `$D` is the device, `$F` the folder, `volume` the program. */
  run(script: string): { readonly status: number | null; readonly said: string } {
    const volume = `volume() { command=$1; shift; python3 -B "$P" "$command" "$D" "$F" "$@"; }`;
    const program = path.join(this.root, "program.py");
    fs.writeFileSync(program, IMPATIENT);
    const { status, stdout, stderr } = spawnSync(
      "unshare",
      ["--mount", "--propagation", "private", "bash", "-euc", `${volume}\n${script}`],
      { encoding: "utf8", env: { ...process.env, D: this.device, F: this.folder, P: program } },
    );
    return { status, said: (stdout + stderr).trim() };
  }

  /** What blkid finds: `ext4 beehive-data`. */
  holds(): string {
    return this.run(
      `blkid --probe --output value --match-tag TYPE "$D" || true; blkid -p -o value -s LABEL "$D" || true`,
    )
      .said.split("\n")
      .join(" ");
  }

  bytes(): string {
    return execFileSync("sha256sum", [this.loop], { encoding: "utf8" }).slice(0, 64);
  }

  remove(): void {
    spawnSync("losetup", ["--detach", this.loop]);
    fs.rmSync(this.root, { recursive: true });
  }
}

onLoopDevices("a data volume", () => {
  const machines: Machine[] = [];
  const machine = (mebibytes?: number): Machine => {
    machines.push(new Machine(mebibytes));
    return machines.at(-1)!;
  };
  afterEach(() => {
    for (const one of machines.splice(0)) one.remove();
  });

  test("that is blank gets a filesystem with what the folder held, and the folder's owner and mode", () => {
    const one = machine();
    const { status, said } = one.run(`
      echo tables > "$F/ibdata1"; chown 1234:1235 "$F" "$F/ibdata1"; chmod 0750 "$F"
      volume prepare >/dev/null
      mount "$D" "$F"
      stat --format '%u:%g %a' "$F"; stat --format '%u:%g' "$F/ibdata1"; cat "$F/ibdata1"; ls -A "$F"`);
    expect([status, said]).toEqual([0, "1234:1235 750\n1234:1235\ntables\nibdata1"]);
    expect(one.holds()).toBe("ext4 beehive-data");
  });

  test("that was used before keeps what it holds, whatever a new machine has in the folder", () => {
    const one = machine();
    const { said } = one.run(`
      volume prepare >/dev/null; mount "$D" "$F"; echo orders > "$F/orders"; umount "$F"
      echo empty > "$F/ibdata1"
      volume prepare >/dev/null; mount "$D" "$F"; ls -A "$F"`);
    expect(said).toBe("orders");
  });

  test("that somebody else has formatted is mounted as it is, and formatted by nobody", () => {
    const one = machine();
    const { said } = one.run(`
      mkfs.ext4 -q -L theirs "$D"; mount "$D" "$F"; echo old > "$F/backup"; umount "$F"
      volume prepare >/dev/null; mount "$D" "$F"; cat "$F/backup"`);
    expect(said).toBe("old");
    expect(one.holds()).toBe("ext4 theirs");
  });

  test("that somebody else has formatted, with nothing in it, gets what the folder holds", () => {
    const one = machine();
    const { said } = one.run(`
      mkfs.ext4 -q "$D"; echo tables > "$F/ibdata1"
      volume prepare >/dev/null; mount "$D" "$F"; ls -A "$F"`);
    expect(said).toBe("ibdata1");
  });

  test("whose lost files are all that is left is no empty one", () => {
    const one = machine();
    const { said } = one.run(`
      mkfs.ext4 -q "$D"; mount "$D" "$F"; echo x > "$F/lost+found/#12"; umount "$F"
      volume prepare >/dev/null; mount "$D" "$F"; ls -A "$F" "$F/lost+found"`);
    expect(said).toContain("#12");
  });

  test("whose first copy was cut off is copied again, whole", () => {
    const one = machine();
    const { said } = one.run(`
      mkfs.ext4 -q -L beehive-begun "$D"; mount "$D" "$F"; echo half > "$F/ibdata1"; echo x > "$F/left-over"; umount "$F"
      echo whole > "$F/ibdata1"
      volume prepare >/dev/null; mount "$D" "$F"; cat "$F/ibdata1"; ls -A "$F"`);
    expect(said).toBe("whole\nibdata1");
    expect(one.holds()).toBe("ext4 beehive-data");
  });

  test("follows its account to a machine where the account has another number", () => {
    const one = machine();
    const { said } = one.run(`
      echo t > "$F/t"; echo r > "$F/r"; ln -s /etc/passwd "$F/link"; chown -h 1234:1234 "$F" "$F/t" "$F/link"
      volume prepare >/dev/null
      chown 4321:4322 "$F"
      volume prepare >/dev/null; mount "$D" "$F"
      stat --format '%u:%g %n' "$F"/. "$F"/link "$F"/r "$F"/t | sed "s|$F/||"; stat --format '%u' /etc/passwd`);
    expect(said.split("\n")).toEqual(["4321:4322 .", "4321:4322 link", "0:0 r", "4321:4322 t", "0"]);
  });

  test.each([
    [
      "a partition table",
      // One Linux partition from sector 8 on, and the signature of an MBR.
      `printf '\\x80\\0\\0\\0\\x83\\0\\0\\0\\x08\\0\\0\\0\\0\\x10' | dd of="$D" bs=1 seek=446 conv=notrunc status=none
       printf '\\x55\\xaa' | dd of="$D" bs=1 seek=510 conv=notrunc status=none`,
      "holds dos, which cannot be mounted",
    ],
    ["swap space", `mkswap "$D" >/dev/null`, "holds swap, which cannot be mounted"],
    [
      "a partition of something unknown at its beginning",
      `printf payload | dd of="$D" bs=1 seek=123456 conv=notrunc status=none`,
      "has no signature that blkid knows, but it is not blank either",
    ],
    [
      "something unknown at its end",
      `printf payload | dd of="$D" bs=1 seek=$(( $(blockdev --getsize64 "$D") - 100 )) conv=notrunc status=none`,
      "has no signature that blkid knows, but it is not blank either",
    ],
  ])("with %s is refused and left as it is", (_, make, problem) => {
    const one = machine();
    expect(one.run(make).status).toBe(0);
    const before = one.bytes();
    const { status, said } = one.run("volume prepare");
    expect(status).toBe(1);
    expect(said).toContain(problem);
    expect(one.bytes()).toBe(before);
  });

  test("is not mounted over files that a program has open", () => {
    const one = machine();
    const { status, said } = one.run(`exec 3>"$F/log"; volume prepare`);
    expect(status).toBe(1);
    expect(said).toMatch(/work in .* on the machine's own disk, and would lose sight of it/);
    expect(one.holds()).toBe("");
  });

  test("that is not there is waited for, and named", () => {
    const one = machine();
    const { status, said } = one.run(`D=$D-9; volume prepare`);
    expect([status, said]).toEqual([
      1,
      `data-volume: ${one.device}-9 is no block device, and none has come within 1 s; attach the volume.`,
    ]);
  });

  test("that is mounted is found at its folder, and no other", () => {
    const one = machine();
    const other = machine();
    expect(one.run(`volume prepare >/dev/null; mount "$D" "$F"; volume check; volume prepare`)).toEqual({
      status: 0,
      said: `${one.device} is mounted at ${one.folder}`,
    });
    const { status, said } = one.run(`mount "$D" "$F"; D=${other.device}; volume check`);
    expect([status, said]).toEqual([
      1,
      `data-volume: another device than ${other.device} is mounted at ${one.folder}. Restart the machine when it may change.`,
    ]);
  });

  test("of which the kernel does not see the new size yet fails the rollout", () => {
    const one = machine(1024);
    const { status, said } = one.run(`volume prepare >/dev/null; mount "$D" "$F"; volume grow 2`);
    expect([status, said]).toEqual([
      1,
      `data-volume: ${one.device} has 1 GiB of 2; look at the volume, or restart the machine.`,
    ]);
  });
});
