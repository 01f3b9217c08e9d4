import { MachineUses, type MachineUse } from "../../../../lib/sites/shared/machine-uses";

const use = (tier: string, more: Partial<MachineUse> = {}): MachineUse => ({
  tier: `shop/${tier}`,
  size: "small",
  sizeNamed: false,
  entrance: false,
  ...more,
});

test("a size that the program names for one tier wins over the size for all", () => {
  const uses = new MachineUses("all-a", use("web"));
  uses.add(use("db", { size: "large", sizeNamed: true }));
  expect(uses.size).toBe("large");
});

test("two tiers may name the same size", () => {
  const uses = new MachineUses("all-a", use("web", { size: "large", sizeNamed: true }));
  uses.add(use("db", { size: "large", sizeNamed: true }));
  expect(uses.size).toBe("large");
});

test("two tiers that name two sizes are refused, and the first one keeps its own", () => {
  const uses = new MachineUses("all-a", use("web", { size: "large", sizeNamed: true }));
  expect(() => uses.add(use("db", { size: "tiny", sizeNamed: true }))).toThrow(
    'shop/db: wants all-a as "tiny", but shop/web wants it as "large"; a machine has one size. Give both tiers the same in the ' +
      "site's sizes, or give one of them other machines.",
  );
  expect([uses.size, uses.tiers]).toEqual(["large", ["shop/web"]]);
});

test("visitors connect to a machine as soon as one of its tiers is an entrance", () => {
  const uses = new MachineUses("all-a", use("web"));
  expect(uses.entrance).toBe(false);
  uses.add(use("entrance", { entrance: true }));
  expect(uses.entrance).toBe(true);
});

test("a tier that uses a machine twice is one tier of it", () => {
  const uses = new MachineUses("all-a", use("web"));
  uses.add(use("db"));
  uses.add(use("web"));
  expect(uses.tiers).toEqual(["shop/web", "shop/db"]);
});

test("a machine has one data volume, for the tier that was first to keep data", () => {
  const uses = new MachineUses("all-a", use("db"));
  expect(uses.keepsData).toBe(false);
  uses.keepData("shop/db");
  expect(uses.keepsData).toBe(true);
  expect(() => uses.keepData("shop/stock")).toThrow(
    "shop/stock: keeps data on all-a, where shop/db does so too; a machine has one data volume, so that one tier cannot fill the " +
      "disk of another. Give one of them other machines.",
  );
});
