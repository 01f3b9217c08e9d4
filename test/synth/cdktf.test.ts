/** Set by the layer in jest.config.js. */
declare const CORE: string;

test("the layer runs with the core that it says", () => {
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const { name } = require("cdktf/package.json") as { name: string };
  expect(name).toBe(CORE);
});
