import { analyze, ModelFileError, readOpenPsa } from "../../../lib/resilience";

const EVENTS = `
  <model-data>
    <define-basic-event name="A"><label>pump</label><float value="0.1"/></define-basic-event>
    <define-basic-event name="B"><float value="0.2"/></define-basic-event>
    <define-basic-event name="C"><float value="0.3"/></define-basic-event>
    <define-house-event name="On"><constant value="true"/></define-house-event>
  </model-data>`;
const file = (top: string, more = "") =>
  `<?xml version="1.0"?>\n<!-- a test -->\n<opsa-mef><define-fault-tree name="t"><define-gate name="top">${top}</define-gate>${more}</define-fault-tree>${EVENTS}</opsa-mef>`;
const probability = (xml: string, options = {}) => analyze(readOpenPsa(xml, options)).probability.likely!;
const event = (name: string) => `<basic-event name="${name}"/>`;
const ABC = event("A") + event("B") + event("C");

describe("reads the gates of the Open-PSA format", () => {
  test.each<[string, number]>([
    [`<or>${ABC}</or>`, 0.496],
    [`<and>${ABC}</and>`, 0.006],
    [`<atleast min="2">${ABC}</atleast>`, 0.098],
    [`<xor>${ABC}</xor>`, 0.404],
    [`<not>${event("A")}</not>`, 0.9],
    [`<nand>${ABC}</nand>`, 0.994],
    [`<nor>${ABC}</nor>`, 0.504],
    [`<iff>${event("A")}${event("B")}</iff>`, 0.74],
    [`<imply>${event("A")}${event("B")}</imply>`, 0.92],
    [`<cardinality min="1" max="2">${ABC}</cardinality>`, 0.49],
    [`<and><house-event name="On"/><or>${event("A")}<and>${event("B")}<event name="C"/></and></or></and>`, 0.154],
    [`<or>${event("A")}<constant value="false"/></or>`, 0.1],
  ])("%s", (top, expected) => {
    expect(probability(file(top))).toBeCloseTo(expected, 14);
  });

  test("gates refer to gates, and the one without a reference to it is the top", () => {
    const inner = `<define-gate name="inner"><label>x</label><and>${event("B")}${event("C")}</and></define-gate>`;
    const model = readOpenPsa(file(`<or>${event("A")}<gate name="inner"/></or>`, inner));
    expect(model.top).toBe("top");
    expect(analyze(model).probability.likely).toBeCloseTo(0.154, 14);
  });

  test("private names of components are found from the inside outwards", () => {
    const component = `<define-component name="c" role="private">
        <define-gate name="g"><or><basic-event name="A"/><basic-event name="C"/></or></define-gate>
        <define-basic-event name="A"><float value="0.5"/></define-basic-event>
      </define-component>`;
    expect(probability(file(`<and><gate name="c.g"/>${event("A")}</and>`, component))).toBeCloseTo(0.1 * 0.65, 14);
  });
});

describe("reads expressions", () => {
  const one = (expression: string, more = "") =>
    `<opsa-mef><define-fault-tree name="t"><define-gate name="top"><basic-event name="X"/></define-gate></define-fault-tree>
     <model-data><define-basic-event name="X">${expression}</define-basic-event>${more}</model-data></opsa-mef>`;
  const lambda = `<define-parameter name="lambda"><float value="1e-3"/></define-parameter>`;

  test.each<[string, string, number]>([
    [
      "exponential with a parameter",
      `<exponential><parameter name="lambda"/><float value="100"/></exponential>`,
      1 - Math.exp(-0.1),
    ],
    [
      "exponential with the mission time",
      `<exponential><parameter name="lambda"/><system-mission-time/></exponential>`,
      1 - Math.exp(-8.766),
    ],
    [
      "Weibull",
      `<Weibull><float value="100"/><float value="2"/><float value="10"/><float value="60"/></Weibull>`,
      1 - Math.exp(-0.25),
    ],
    [
      "repair after a failure at any time or on demand (GLM), which ends at rate / (rate + repair)",
      `<GLM><float value="0.5"/><parameter name="lambda"/><float value="0.009"/><float value="1e6"/></GLM>`,
      0.1,
    ],
    [
      "periodic tests, 120 hours after the last one",
      `<periodic-test><parameter name="lambda"/><float value="720"/><float value="0"/><float value="8760"/></periodic-test>`,
      1 - Math.exp(-0.12),
    ],
    [
      "periodic tests, at the very moment of one",
      `<periodic-test><parameter name="lambda"/><float value="720"/><float value="0"/><float value="1440"/></periodic-test>`,
      1 - Math.exp(-0.72),
    ],
    [
      "arithmetic",
      `<div><mul><int value="3"/><sub><float value="0.5"/><float value="0.1"/></sub></mul><add><int value="1"/><int value="2"/></add></div>`,
      0.4,
    ],
    [
      "uniform deviates as their mean",
      `<uniform-deviate><float value="0.1"/><float value="0.3"/></uniform-deviate>`,
      0.2,
    ],
    [
      "lognormal deviates as their mean",
      `<lognormal-deviate><float value="0.01"/><float value="3"/><float value="0.95"/></lognormal-deviate>`,
      0.01,
    ],
  ])("%s", (_, expression, expected) => {
    expect(probability(one(expression, lambda), { missionTime: 8766 })).toBeCloseTo(expected, 12);
  });

  test("deviates bring their range along", () => {
    const xml = one(`<uniform-deviate><float value="0.1"/><float value="0.3"/></uniform-deviate>`);
    expect(analyze(readOpenPsa(xml)).probability).toEqual({ low: 0.1, likely: expect.closeTo(0.2, 14), high: 0.3 });
  });

  test("a default stands in for missing probabilities", () => {
    expect(probability(one(""), { defaultProbability: 0.25 })).toBe(0.25);
  });
});

describe("reads beta-factor groups", () => {
  const grouped = (more: string) => `<opsa-mef>
    <define-fault-tree name="t"><define-gate name="top"><atleast min="2">${ABC}</atleast></define-gate></define-fault-tree>
    <define-CCF-group name="G" model="beta-factor">
      <members>${ABC}</members>
      <distribution><float value="0.01"/></distribution>
      <factor level="3"><float value="0.05"/></factor>
    </define-CCF-group>
    ${more}
  </opsa-mef>`;
  const again = `<define-basic-event name="A"/><define-basic-event name="B"/><define-basic-event name="C"/>`;

  test.each([
    ["whose members the group defines", ""],
    ["whose members are defined a second time", `<model-data>${again}</model-data>`],
  ])("%s", (_, more) => {
    expect(probability(grouped(more))).toBeCloseTo(7.689007e-4, 9);
  });

  test("of pumps and valves in three trains, with the published answer", () => {
    const trains = ["1", "2", "3"];
    const train = (i: string) =>
      `<define-gate name="t${i}"><or>${event(`pump${i}`)}${event(`valve${i}`)}</or></define-gate>`;
    const group = (kind: string) => `<define-CCF-group name="${kind}s" model="beta-factor">
      <members>${trains.map((i) => event(`${kind}${i}`)).join("")}</members>
      <distribution><float value="0.1"/></distribution><factors><factor level="3"><float value="0.2"/></factor></factors>
    </define-CCF-group>`;
    const all = trains.map((i) => `<gate name="t${i}"/>`).join("");
    const { probability: top, cutSets } = analyze(
      readOpenPsa(`<opsa-mef><define-fault-tree name="t"><define-gate name="top"><and>${all}</and></define-gate>
        ${trains.map(train).join("")}</define-fault-tree>${group("pump")}${group("valve")}</opsa-mef>`),
    );
    expect(top.likely).toBeCloseTo(0.04308, 5);
    expect(cutSets!.countByOrder).toEqual([0n, 2n, 0n, 8n]);
  });
});

describe("refuses with file, line and column", () => {
  const wrap = (body: string) =>
    `<opsa-mef>\n  <define-fault-tree name="t">\n    ${body}\n  </define-fault-tree>\n</opsa-mef>`;
  const gate = (top: string) => wrap(`<define-gate name="top">${top}</define-gate>`);

  test.each<[string, string, number, number, RegExp]>([
    ["text that is not well-formed", "<opsa-mef>\n<a></b>\n</opsa-mef>", 2, 4, /not well-formed/],
    ["another kind of file", "<html/>", 1, 1, /<html> is not an Open-PSA model/],
    [
      "an event that is not defined",
      gate(`<and><basic-event name="Q"/></and>`),
      3,
      34,
      /basic-event "Q" is not defined/,
    ],
    ["an unknown gate", gate(`<maybe/>`), 3, 29, /<maybe> is not supported in a formula/],
    [
      "a threshold above the number of arguments",
      gate(`<atleast min="3"><constant value="true"/></atleast>`),
      3,
      29,
      /min is 3 of 1 arguments/,
    ],
    ["an empty gate", gate(``), 3, 5, /<define-gate> is empty/],
    ["a gate with two formulas", gate(`<or/><and/>`), 3, 34, /more than one element/],
    ["a name that is missing", wrap(`<define-gate/>`), 3, 5, /<define-gate> has no name/],
    [
      "a name defined twice",
      wrap(`<define-basic-event name="A"><float value="0"/></define-basic-event><define-basic-event name="A"/>`),
      3,
      73,
      /"A" is defined twice/,
    ],
    [
      "a probability above 1",
      wrap(`<define-basic-event name="A"><float value="1.5"/></define-basic-event>`),
      3,
      5,
      /probability is 1\.5/,
    ],
    [
      "a number that is none",
      wrap(`<define-basic-event name="A"><float value="x"/></define-basic-event>`),
      3,
      34,
      /value is "x"; allowed is a number/,
    ],
    [
      "an expression that is not supported",
      wrap(`<define-basic-event name="A"><gamma-deviate/></define-basic-event>`),
      3,
      34,
      /<gamma-deviate> is not supported/,
    ],
    [
      "a missing probability",
      wrap(`<define-basic-event name="A"/>`),
      3,
      5,
      /"A" has no probability.*defaultProbability/,
    ],
    [
      "event trees",
      "<opsa-mef>\n<define-event-tree name='e'/></opsa-mef>",
      2,
      1,
      /<define-event-tree> is not supported/,
    ],
    [
      "other common cause models",
      "<opsa-mef>\n<define-CCF-group name='g' model='MGL'/></opsa-mef>",
      2,
      1,
      /"MGL" is not supported/,
    ],
    [
      "gates that need each other",
      wrap(
        `<define-gate name="g"><gate name="h"/></define-gate>\n<define-gate name="h"><gate name="g"/></define-gate>`,
      ),
      3,
      5,
      /the gate "g" needs itself \(g -> h -> g\)/,
    ],
    [
      "a chain of gates without end in sight",
      wrap(
        Array.from(
          { length: 2000 },
          (_, i) => `<define-gate name="g${i}"><not><gate name="g${i + 1}"/></not></define-gate>\n`,
        ).join("") + `<define-gate name="g2000"><constant value="true"/></define-gate>`,
      ),
      503,
      1,
      /"g500" is below 500 other gates/,
    ],
    [
      "elements nested without end in sight",
      gate(`\n${"<or>".repeat(9000)}<constant value="true"/>${"</or>".repeat(9000)}`),
      4,
      1 + 4 * (300 - 3),
      /more than 300 elements within each other/,
    ],
    [
      "a member of two groups",
      "<opsa-mef>\n<define-CCF-group name='g' model='beta-factor'><members><basic-event name='A'/><basic-event name='A'/></members></define-CCF-group></opsa-mef>",
      2,
      80,
      /"A" is a member of two groups, or of one twice/,
    ],
    [
      "a group of one",
      "<opsa-mef>\n<define-CCF-group name='g' model='beta-factor'><members><basic-event name='A'/></members></define-CCF-group></opsa-mef>",
      2,
      48,
      /1 members; a common cause needs two or more/,
    ],
    ["a file without gates", wrap(""), 1, 1, /which gate is the top is not clear: it has no gate/],
  ])("%s", (_, xml, line, column, reason) => {
    let error: unknown;
    try {
      readOpenPsa(xml, { file: "plant.xml" });
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(ModelFileError);
    expect(error).toMatchObject({ file: "plant.xml", line, column, reason: expect.stringMatching(reason) });
    expect((error as Error).message).toContain(`plant.xml:${line}:${column}: `);
  });

  test("two gates that could be the top", () => {
    const one = `<define-gate name="g1"><constant value="true"/></define-gate>`;
    expect(() => readOpenPsa(wrap(one + one.replace("g1", "g2")))).toThrow(
      /2 gates could be it \(g1, g2\).*option top/,
    );
  });

  test("a top that the file does not have", () => {
    const one = `<define-gate name="g1"><constant value="true"/></define-gate>`;
    expect(() => readOpenPsa(wrap(one), { top: "zz" })).toThrow(/the option top is "zz"/);
  });

  test("bytes instead of text", () => {
    expect(() => readOpenPsa(Buffer.from("<opsa-mef/>") as never)).toThrow(/takes the text of the file/);
  });

  test("a parameter that needs itself", () => {
    const xml = `<opsa-mef><define-fault-tree name="t"><define-gate name="g"><basic-event name="A"/></define-gate></define-fault-tree>
      <model-data><define-basic-event name="A"><parameter name="p"/></define-basic-event>
      <define-parameter name="p"><parameter name="q"/></define-parameter><define-parameter name="q"><parameter name="p"/></define-parameter></model-data></opsa-mef>`;
    expect(() => readOpenPsa(xml)).toThrow(/p -> q -> p/);
  });
});
