import fc from "fast-check";
import { machineNames, type MachineName } from "../../../../lib/sites/shared/machine-names";
import { Machines } from "../../../../lib/contracts/machines";

const ZONES = ["a", "b", "c"];

interface Wanted {
  readonly tier?: string;
  readonly count?: number;
  readonly machines?: Machines;
  readonly zones?: readonly string[];
}

const make = ({ tier = "shop/web", count, machines = Machines.automatic(), zones = ZONES }: Wanted): MachineName[] =>
  machineNames({ tier, noun: "servers", count, machines }, { zones, stack: "shop" });
const namesOf = (wanted: Wanted): string[] => make(wanted).map(({ name }) => name);

const counts = fc.integer({ min: 1, max: 60 });
const zoneNames = fc.uniqueArray(fc.stringMatching(/^[a-z0-9]{0,6}[a-z][a-z0-9]{0,6}$/), {
  minLength: 1,
  maxLength: 6,
});
const ids = fc.oneof(
  fc.stringMatching(/^[a-z][a-z0-9-]{0,12}$/),
  fc.stringMatching(/^[A-Za-z0-9._-]{1,60}$/),
  fc.array(fc.stringMatching(/^[a-z][a-z0-9-]{0,8}$/), { minLength: 2, maxLength: 4 }).map((parts) => parts.join("/")),
);

describe("machines of a tier", () => {
  test("are spread over the zones, one of each in turn", () => {
    expect(make({ count: 5 })).toEqual([
      { name: "web-a", zone: "a" },
      { name: "web-b", zone: "b" },
      { name: "web-c", zone: "c" },
      { name: "web-a-2", zone: "a" },
      { name: "web-b-2", zone: "b" },
    ]);
  });

  test("are one in each zone when the tier does not say how many", () => {
    expect(namesOf({})).toEqual(["web-a", "web-b", "web-c"]);
  });

  test("get names more when the tier grows, and keep those that they have", () => {
    fc.assert(
      fc.property(counts, counts, zoneNames, ids, (few, more, zones, id) => {
        const before = make({ tier: `shop/${id}`, count: few, zones });
        const after = make({ tier: `shop/${id}`, count: few + more, zones });
        expect(after.slice(0, few)).toEqual(before);
        expect(after).toHaveLength(few + more);
      }),
    );
  });

  test("move nowhere but to the new zone when the site gets one more", () => {
    fc.assert(
      fc.property(counts, zoneNames, (count, [last, ...zones]) => {
        fc.pre(zones.length > 0);
        const before = new Set(namesOf({ count, zones }));
        const come = make({ count, zones: [...zones, last!] }).filter(({ name }) => !before.has(name));
        expect(come.filter(({ zone }) => zone !== last)).toEqual([]);
      }),
    );
  });

  test("that fit into the zones there were stay when the site gets one more", () => {
    expect(namesOf({ count: 3, zones: [...ZONES, "d"] })).toEqual(namesOf({ count: 3 }));
  });

  test("have host names of RFC 1123, unique in the stack, whatever the tiers are called", () => {
    const tiers = fc.uniqueArray(ids, { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(tiers, zoneNames, counts, (paths, zones, count) => {
        const names = paths.flatMap((id) => namesOf({ tier: `shop/${id}`, count, zones }));
        for (const name of names) expect(name).toMatch(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/);
        expect(new Set(names).size).toBe(names.length);
      }),
    );
  });

  test("of a tier inside another construct are told apart by a hash", () => {
    const [nested] = namesOf({ tier: "shop/eu/web" });
    expect(nested).toMatch(/^eu-web-[0-9a-f]{6}-a$/);
    expect(nested).not.toBe(namesOf({ tier: "shop/eu-web" })[0]);
  });
});

describe("machines that the program names", () => {
  test("are these, in this order, in the zones that they end with", () => {
    expect(make({ machines: Machines.named("web-b", "cart-a-2", "web-b-7") })).toEqual([
      { name: "web-b", zone: "b" },
      { name: "cart-a-2", zone: "a" },
      { name: "web-b-7", zone: "b" },
    ]);
  });

  test("lose only the one that is taken from the middle", () => {
    fc.assert(
      fc.property(fc.integer({ min: 3, max: 30 }), fc.nat(), (count, at) => {
        const before = make({ count });
        const gone = 1 + (at % (count - 2));
        const rest = before.filter((_, i) => i !== gone);
        expect(make({ machines: Machines.named(...rest.map(({ name }) => name)) })).toEqual(rest);
      }),
    );
  });

  test("are those that the tier would get by itself, when they are called the same", () => {
    fc.assert(
      fc.property(counts, zoneNames, ids, (count, zones, id) => {
        const own = make({ tier: `shop/${id}`, count, zones });
        expect(make({ machines: Machines.named(...own.map(({ name }) => name)), zones })).toEqual(own);
      }),
    );
  });

  test.each(["web", "web-d", "a", "Web-a", "web-2", "-web-a", "web_x-a", ""])(
    "%j is refused, with what a name is",
    (name) => {
      expect(() => make({ machines: Machines.named(name) })).toThrow(
        `shop/web: machines is "${name}"; a machine's name is a host name that ends with its zone, or with its zone and a number: ` +
          `"web-a", "web-a-2"; the zones of the site are a, b, c.`,
      );
    },
  );

  test("and a number of servers that says something else are refused", () => {
    expect(() => make({ count: 3, machines: Machines.named("web-a") })).toThrow(
      "shop/web: servers is 3, but machines names 1;",
    );
  });
});

test("labels are refused, because a machine that is not made yet has none", () => {
  expect(() => make({ machines: Machines.labelled({ role: "web" }) })).toThrow(
    'shop/web: machines is "with label role=web"; the site makes its machines, and they carry no labels. Leave machines out, ' +
      'or name them: Machines.named("web-a").',
  );
});

test.each(["us-east-1a", "1", "A", ""])(
  "a zone called %j is refused, because names could not be told apart",
  (zone) => {
    expect(() => make({ zones: ["a", zone] })).toThrow(`shop/web: site.zones is "${zone}"; machines are named by it:`);
  },
);
