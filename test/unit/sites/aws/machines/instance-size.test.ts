import { architectureOf, isInstanceSize, namesItsDisks } from "../../../../../lib/sites/aws/machines/instance-size";

test.each([
  "t3.small",
  "m7g.2xlarge",
  "u-6tb1.112xlarge",
  "c7gn.metal",
  "m7i-flex.large",
  "c8g.metal-48xl",
  "a1.medium",
])("%s has the form of an instance type", (size) => {
  expect(isInstanceSize(size)).toBe(true);
});

test.each(["s-1vcpu-1gb", "t3", "small", "t3.tiny", "T3.small", "t3.small ", "db.t3.small", "t.small", ""])(
  "%j has not",
  (size) => {
    expect(isInstanceSize(size)).toBe(false);
  },
);

test.each([
  ["t3.small", "amd64"],
  ["t4g.small", "arm64"],
  ["c7gn.large", "arm64"],
  ["im4gn.large", "arm64"],
  ["a1.large", "arm64"],
  ["g5g.xlarge", "arm64"],
  ["g5.xlarge", "amd64"],
  ["g4dn.xlarge", "amd64"],
  ["m7i-flex.large", "amd64"],
  ["m8azn.large", "amd64"],
])("%s is %s", (size, architecture) => {
  expect(architectureOf(size)).toBe(architecture);
});

test.each([
  ["t2.small", false],
  ["m4.large", false],
  ["i3.large", false],
  ["t3.small", true],
  ["m5.large", true],
  ["i3en.large", true],
  ["c8g.large", true],
])("whether %s says which disk is which volume: %s", (size, says) => {
  expect(namesItsDisks(size)).toBe(says);
});
