import { Collection, Seal } from "../../../lib/stack/seal";

test("what is rendered is computed once, and only when it is asked for", () => {
  let times = 0;
  const rendered = new Seal().rendered(() => ++times);
  expect(times).toBe(0);
  expect([rendered(), rendered()]).toEqual([1, 1]);
});

test("the first rendering refuses what comes after it, with the construct, the change and the fix", () => {
  const seal = new Seal();
  seal.refuseLate("shop/web", "the tier");
  seal.rendered(() => "text")();
  expect(() => seal.refuseLate("shop/web", "the tier")).toThrow(
    "shop/web: the tier comes after the stack was rendered for synthesis; it would be missing in files that are rendered " +
      "already. Make everything before app.synth() or Testing.synth(), and a new App for another variant.",
  );
});

test("what is rendered refuses changes by itself, too", () => {
  const seal = new Seal();
  const rendered = seal.rendered(() => seal.refuseLate("shop/db", 'client "web-1"'));
  expect(rendered).toThrow('shop/db: client "web-1" comes after');
});

test("a rendering that failed is computed again", () => {
  let times = 0;
  const rendered = new Seal().rendered(() => {
    if (++times === 1) throw new Error("no app folder");
    return times;
  });
  expect(rendered).toThrow("no app folder");
  expect(rendered()).toBe(2);
});

test("what is settled is asked anew while the stack is open, and kept from the seal on", () => {
  const seal = new Seal();
  let times = 0;
  const settled = seal.settled(() => ++times);
  expect([settled(), settled()]).toEqual([1, 2]);
  seal.rendered(() => "text")();
  expect([settled(), settled()]).toEqual([3, 3]);
});

test("a collection keeps the order in which its entries came", () => {
  const clients = new Collection<string, number>(new Seal(), "shop/db", "client");
  clients.set("web-2", 2);
  clients.set("web-1", 1);
  clients.set("web-2", 3);
  expect({ keys: clients.keys, values: clients.values, has: clients.has("web-1") }).toEqual({
    keys: ["web-2", "web-1"],
    values: [3, 1],
    has: true,
  });
});

test("a sealed collection refuses an entry that is new or another one, and takes one that it has", () => {
  const seal = new Seal();
  const clients = new Collection<string, number>(seal, "shop/db", "client");
  clients.set("web-1", 1);
  seal.rendered(() => clients.values)();
  clients.set("web-1", 1);
  expect(() => clients.set("web-1", 2)).toThrow('shop/db: client "web-1" comes after the stack was rendered');
  expect(() => clients.set("web-2", 2)).toThrow('shop/db: client "web-2" comes after the stack was rendered');
  expect(clients.values).toEqual([1]);
});
