import { checkWindows } from "../../../../../lib/sites/aws/database/rds-checks";

const checking = (backup: string, maintenance: string) => () => checkWindows("shop/db", backup, maintenance);

test.each([
  ["02:00-02:30", "sun:03:00-sun:03:30"],
  ["02:30-03:00", "sun:03:00-sun:03:30"],
  ["03:30-04:00", "sun:03:00-sun:03:30"],
  ["23:45-00:15", "sat:00:15-sat:00:45"],
  ["01:00-01:30", "sat:23:45-sun:00:15"],
])("backups at %s and maintenance at %s are two things", (backup, maintenance) => {
  expect(checking(backup, maintenance)).not.toThrow();
});

test.each([
  ["03:00-03:30", "sun:03:00-sun:03:30"],
  ["02:45-03:15", "sun:03:00-sun:03:30"],
  ["03:15-03:45", "sun:03:00-sun:03:30"],
  ["23:45-00:15", "sat:00:00-sat:00:30"],
  ["00:00-00:30", "sat:23:45-sun:00:15"],
])("backups at %s and maintenance at %s overlap", (backup, maintenance) => {
  expect(checking(backup, maintenance)).toThrow(
    `shop/db: engine.backupWindow is "${backup}"; it overlaps with maintenanceWindow, ${maintenance}; AWS does one at a time.`,
  );
});

test("a window of less than half an hour", () => {
  expect(checking("02:00-02:29", "sun:03:00-sun:03:30")).toThrow('engine.backupWindow is "02:00-02:29"; it is shorter');
  expect(checking("02:00-02:30", "sun:23:50-mon:00:10")).toThrow(
    'engine.maintenanceWindow is "sun:23:50-mon:00:10"; it is shorter',
  );
});
