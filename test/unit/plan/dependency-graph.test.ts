import fc from "fast-check";
import { DependencyGraph } from "../../../lib/plan/dependency-graph";
import type { ConfiguredResource } from "../../../lib/plan/terraform-plan";

const resource = (address: string, rest: Partial<ConfiguredResource> = {}): ConfiguredResource => {
  const [type = "", name = ""] = address.split(".");
  return { address, mode: "managed", type, name, ...rest };
};

test("a resource waits for what it refers to, in nested blocks and in provisioners, and for what that waits for", () => {
  const graph = new DependencyGraph([
    resource("t.a"),
    resource("t.b", { expressions: { block: [{ port: { references: ['t.a["x"].id', "t.a", "var.y"] } }] } }),
    resource("t.c", { provisioners: [{ expressions: { inline: { references: ["t.b.id", "self.id"] } } }] }),
    resource("t.d", { expressions: { text: { constant_value: { references: ["t.a"] } } } }),
  ]);
  expect(graph.waitsFor("t.c", "t.a")).toBe(true);
  expect(graph.waitsFor("t.a", "t.c")).toBe(false);
  expect(graph.waitsFor("t.d", "t.a")).toBe(false);
  expect(graph.dependentsOf("t.a")).toEqual(["t.b", "t.c"]);
});

test("the largest unordered set is the one that trying all sets finds", () => {
  const dag = fc.array(fc.array(fc.boolean(), { minLength: 9, maxLength: 9 }), { minLength: 1, maxLength: 9 });
  fc.assert(
    fc.property(dag, (rows) => {
      const names = rows.map((_, i) => `t.n${i}`);
      const graph = new DependencyGraph(
        rows.map((row, i) => resource(names[i]!, { depends_on: names.slice(0, i).filter((_, j) => row[j]) })),
      );
      const unordered = (set: readonly string[]) => set.every((a) => set.every((b) => !graph.waitsFor(a, b)));
      let best = 0;
      for (let bits = 1; bits < 1 << names.length; bits++) {
        const set = names.filter((_, i) => bits & (1 << i));
        if (set.length > best && unordered(set)) best = set.length;
      }
      const largest = graph.largestUnordered(names);
      expect(unordered(largest)).toBe(true);
      expect(largest).toHaveLength(best);
    }),
  );
});
