import { Token } from "cdktf";
import { isToken, tokensIn } from "../../../lib/core/tokens";

const text = Token.asString({ a: 1 });
const number = Token.asNumber({ a: 1 });
const list = Token.asList({ a: 1 });
const map = Token.asStringMap({ a: 1 });
const resolvable = { creationStack: [], resolve: () => "a", toString: () => "a" };

test.each([
  ["a text", text],
  ["a text within a text", `http://${text}/`],
  ["a number", number],
  ["a number within a text", `port ${number}`],
  ["a value that resolves itself", resolvable],
])("%s that Terraform computes is a token", (_, value) => {
  expect(isToken(value)).toBe(true);
});

test.each([["TfToken"], ["1e+28"], ["1.5e+289 is much"], ["${var.a}"], [-1.5e279], [-Infinity], [null], [{}]])(
  "%p is no token",
  (value) => {
    expect(isToken(value)).toBe(false);
  },
);

test("tokens are found wherever they are, and what stands for one value stays whole", () => {
  const value = {
    host: "10.0.0.1",
    port: number,
    deep: [{ key: [`-${text}-`, "plain"] }, ["plain", { no: [undefined, null, true, 2] }]],
    list,
    map: { plain: "a", [Object.keys(map)[0]!]: "b" },
    resolvable,
  };
  expect(tokensIn(value)).toEqual([number, [`-${text}-`, "plain"], list, value.map, resolvable]);
  expect(tokensIn({ a: "plain", b: [1, { c: "plain" }] })).toEqual([]);
  expect(tokensIn("plain")).toEqual([]);
});
