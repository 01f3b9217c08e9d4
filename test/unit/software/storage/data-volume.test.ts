import { dataVolume, mountUnitName, type DataVolumeOptions } from "../../../../lib/software/storage/data-volume";

const DEVICE = "/dev/disk/by-id/{{beehive:fact:volume/db-a}}";
const volume = (options: Partial<DataVolumeOptions> = {}) =>
  dataVolume({
    name: "data",
    constructPath: "shop/cloud/db-a",
    device: DEVICE,
    mount: "/var/lib/mysql",
    gibibytes: 20,
    ...options,
  });
const fileOf = (path: string): string => volume().files.find((file) => file.path === path)!.content;

// From: systemd-escape --path --suffix=mount PATH
test.each([
  ["/var/lib/mysql", "var-lib-mysql.mount"],
  ["/srv/my-data", "srv-my\\x2ddata.mount"],
  ["/.hidden/x", "\\x2ehidden-x.mount"],
  ["/srv/a.b_c:d/", "srv-a.b_c:d.mount"],
])("systemd mounts %s by %s", (path, unit) => {
  expect(mountUnitName(path)).toBe(unit);
});

test("the filesystem comes before the mount, and a missing volume does not stop the boot", () => {
  const unit = fileOf("/etc/systemd/system/var-lib-mysql.mount");
  expect(unit).toContain("Requires=beehive-volume-data.service\nAfter=beehive-volume-data.service\n");
  expect(unit).toContain(`[Mount]\nWhat=${DEVICE}\nWhere=/var/lib/mysql\n`);
  expect(unit).not.toContain("local-fs.target");
});

test("a volume that grows reloads what looks after it, and restarts neither that nor the mount", () => {
  const [small, large] = [volume(), volume({ gibibytes: 40 })];
  const changed = small.files.filter(({ content }, i) => content !== large.files[i]!.content).map(({ path }) => path);
  expect(changed).toEqual(["/etc/systemd/system/beehive-volume-data.service"]);
  expect(small.services.filter(({ watches }) => watches.includes(changed[0]!))).toEqual([
    expect.objectContaining({ unit: "beehive-volume-data.service", onChange: "reload" }),
  ]);
  expect(small.services.map(({ onChange }) => onChange)).toEqual(["reload", "none"]);
  expect(fileOf(changed[0]!)).toContain(
    `\nExecReload=/usr/local/lib/beehive/data-volume-data grow ${DEVICE} /var/lib/mysql 20\n`,
  );
});

test("the rollout ends when the volume is mounted, and nothing else in its place", () => {
  expect(volume().gate.map(({ command }) => command.slice(1))).toEqual([["check", DEVICE, "/var/lib/mysql"]]);
});

test.each(["var/lib", "/", "/a b", "/srv/../etc", "/srv/", "/srv/%h", "/srv/."])("a folder %j is refused", (mount) => {
  expect(() => volume({ mount })).toThrow(
    `shop/cloud/db-a: mount is "${mount}"; it must be a folder such as "/var/lib/mysql".`,
  );
});

test.each([0, -1, 1.5, Number.NaN])("%d GiB are refused", (gibibytes) => {
  expect(() => volume({ gibibytes })).toThrow("it must be a whole number of GiB, 1 or more.");
});
