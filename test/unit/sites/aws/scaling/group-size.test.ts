import * as fc from "fast-check";
import { Duration } from "../../../../../lib";
import {
  groupSize,
  groupTimes,
  healthyPercentage,
  leftWithoutAZone,
  warmCapacity,
} from "../../../../../lib/sites/aws/scaling/group-size";

const numbers = fc.record({ needed: fc.integer({ min: 1, max: 500 }), zones: fc.integer({ min: 2, max: 8 }) });
const size = (request: { servers?: number; needed?: number }, props: { min?: number; max?: number } = {}, zones = 3) =>
  groupSize({ path: "shop/web", ...request }, { max: 100, ...props }, zones);

describe("warm capacity", () => {
  test("is enough without the fullest zone, and one server less is not", () => {
    fc.assert(
      fc.property(numbers, ({ needed, zones }) => {
        const warm = warmCapacity(needed, zones);
        expect(leftWithoutAZone(warm, zones)).toBeGreaterThanOrEqual(needed);
        expect(leftWithoutAZone(warm - 1, zones)).toBeLessThan(needed);
      }),
    );
  });

  test.each([
    [2, 3, 3],
    [4, 3, 6],
    [5, 3, 8],
    [2, 2, 4],
  ])("for %i needed in %i zones is %i", (needed, zones, warm) => {
    expect(warmCapacity(needed, zones)).toBe(warm);
  });
});

describe("replacing servers", () => {
  const groups = fc
    .integer({ min: 2, max: 1000 })
    .chain((servers) => fc.tuple(fc.integer({ min: 1, max: servers - 1 }), fc.constant(servers)));

  test("leaves those in service that are needed, rounded up as AWS does", () => {
    fc.assert(
      fc.property(groups, ([needed, servers]) => {
        const inService = Math.ceil((healthyPercentage(needed, servers) * servers) / 100);
        expect(inService).toBeGreaterThanOrEqual(needed);
      }),
    );
  });

  test("can go on: at least one may leave, in groups of up to a hundred", () => {
    fc.assert(
      fc.property(
        groups.filter(([, servers]) => servers <= 100),
        ([needed, servers]) => {
          const inService = Math.ceil((healthyPercentage(needed, servers) * servers) / 100);
          expect(inService).toBeLessThan(servers);
        },
      ),
    );
  });
});

describe("the size of a group", () => {
  test.each([
    ["one in each zone, when the program says nothing", size({}), { least: 3, needed: 2, left: 2 }],
    ["warm capacity for what is needed", size({ needed: 4 }), { least: 6, needed: 4, left: 4 }],
    ["two at least", size({ needed: 1 }), { least: 2, needed: 1, left: 1 }],
    ["the tier's servers", size({ servers: 7 }), { least: 7, needed: 4, left: 4 }],
    ["the group's min", size({ needed: 4 }, { min: 5 }), { least: 5, needed: 4, left: 3 }],
  ])("is %s", (_, decided, expected) => {
    expect(decided).toEqual({ most: 100, ...expected });
  });

  test.each([
    [{}, { min: 1 }, "shop/web: scaling.min is 1; one server is a single point of failure; use 2 or more."],
    [{ servers: 4 }, { min: 3 }, "shop/web: scaling.min is 3, but servers is 4; both say how few servers"],
    [
      { needed: 4 },
      { min: 4 },
      "shop/web: scaling.min is 4, but needed is 4: with 4 servers none can be spared. With 5 one server may fail; with 6 a whole " +
        "zone may (4 x 3 / 2, rounded up). Raise it, or lower needed.",
    ],
    [{ servers: 3, needed: 5 }, {}, "shop/web: servers is 3, but needed is 5: with 3 servers none can be spared."],
    [{ needed: 4 }, { max: 5 }, "shop/web: scaling.max is 5; it must not be less than the fewest servers"],
  ])("%j with %j is refused", (request, props, message) => {
    expect(() => size(request, props)).toThrow(message);
  });
});

describe("times", () => {
  test("are in seconds, with defaults", () => {
    expect(groupTimes("shop/web", { max: 3 })).toEqual({ startWithin: 600, warmUp: 60 });
  });

  test.each([
    [{ startWithin: Duration.seconds(29) }, 'scaling.startWithin is "29 s"; AWS takes whole seconds from 30 to 7200'],
    [{ startWithin: Duration.minutes(121) }, 'scaling.startWithin is "121 min"'],
    [{ warmUp: Duration.seconds(1.5) }, 'scaling.warmUp is "1.5 s"; AWS takes whole seconds from 1 to 3600'],
  ])("%j is refused", (props, message) => {
    expect(() => groupTimes("shop/web", { max: 3, ...props })).toThrow(`shop/web: ${message}`);
  });
});
