import { checkMost, fewestServers } from "../../../../lib/sites/shared/scaled-servers";

const path = "shop/web";

test.each([
  ["scaling.min", { servers: undefined }, { min: 4, max: 9 }, { least: 4, property: "scaling.min" }],
  ["servers", { servers: 5 }, { max: 9 }, { least: 5, property: "servers" }],
  ["both, when they agree", { servers: 5 }, { min: 5, max: 9 }, { least: 5, property: "scaling.min" }],
  ["neither", { servers: undefined }, { max: 9 }, { least: 3, property: "scaling.min" }],
])("the fewest servers come from %s", (_, { servers }, limits, expected) => {
  expect(fewestServers({ path, servers }, limits, 3)).toEqual(expected);
});

test("scaling.min and servers that differ are refused", () => {
  expect(() => fewestServers({ path, servers: 3 }, { min: 2, max: 9 }, 3)).toThrow(
    "shop/web: scaling.min is 2, but servers is 3; both say how few servers there are at any time. Leave one of them out.",
  );
});

test("one server is refused, in the words of the property that says so", () => {
  expect(() => fewestServers({ path }, { min: 1, max: 9 }, 3)).toThrow(
    "shop/web: scaling.min is 1; one server is a single point of failure; use 2 or more.",
  );
  expect(() => fewestServers({ path, servers: 1 }, { max: 9 }, 3)).toThrow("shop/web: servers is 1;");
});

test("there may be as many servers as there have to be, and no fewer", () => {
  expect(() => checkMost(path, { max: 3 }, 3)).not.toThrow();
  expect(() => checkMost(path, { max: 2 }, 3)).toThrow(
    "shop/web: scaling.max is 2; it must not be less than the fewest servers that there are at any time, 3. Raise max, or lower min.",
  );
});
