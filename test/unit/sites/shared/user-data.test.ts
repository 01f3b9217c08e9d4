import { cloudConfig, excessBytes } from "../../../../lib/sites/shared/user-data";

const limit = { userDataBytes: 16_384 };

test("a text of exactly the limit fits, one byte more does not", () => {
  expect([excessBytes("x".repeat(16_384), limit), excessBytes("x".repeat(16_385), limit)]).toEqual([0, 1]);
});

test("bytes count, not characters", () => {
  expect(excessBytes("ö".repeat(8_193), limit)).toBe(2);
});

test("each command is a YAML text of its own", () => {
  expect(cloudConfig(['echo "a: b"', "true"])).toBe('#cloud-config\nruncmd:\n  - "echo \\"a: b\\""\n  - "true"\n');
});
