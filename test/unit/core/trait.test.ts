import { Trait } from "../../../lib/core/trait";

class Tea {
  static {
    new Trait<Tea>("Tea").mark(this.prototype);
  }
}
class Assam extends Tea {}

const { has: isTea } = new Trait<Tea>("Tea");

test("a trait is that of a class and of those that extend it", () => {
  expect([new Tea(), new Assam()].map(isTea)).toEqual([true, true]);
});

test.each([[undefined], [null], ["Tea"], [7], [{}], [Tea]])("%p has it not", (value) => {
  expect(isTea(value)).toBe(false);
});

test("a trait of another name is another one", () => {
  expect(new Trait<Tea>("Coffee").has(new Tea())).toBe(false);
});

test("two copies of the package know each other's values", () => {
  const copy = () => {
    jest.resetModules();
    return jest.requireActual<typeof import("../../../lib/core/duration")>("../../../lib/core/duration");
  };
  const [one, other] = [copy(), copy()];
  expect(one.Duration).not.toBe(other.Duration);
  expect(one.isDuration(other.Duration.seconds(2))).toBe(true);
});
