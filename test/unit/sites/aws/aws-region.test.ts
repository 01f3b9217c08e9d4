import { AwsRegion } from "../../../../lib/sites/aws/aws-region";

const region = (name: string) => new AwsRegion("shop/cloud", name);

test.each([
  "eu-central-1",
  "us-east-1",
  "ap-southeast-5",
  "us-gov-west-1",
  "us-isob-east-1",
  "cn-north-1",
  "cn-northwest-1",
  "eusc-de-east-1",
])("%s is a region", (name) => {
  expect(region(name).name).toBe(name);
});

test.each(["eu-central", "eu-central-1a", "frankfurt", "EU-CENTRAL-1", "fra1", "eu-centrl-1", "us-est-1", ""])(
  "%j is no region",
  (name) => {
    expect(() => region(name)).toThrow(
      `shop/cloud: region is "${name}", which is no name of an AWS region; write it like "eu-central-1".`,
    );
  },
);

test("a letter and a full name are the same zone", () => {
  const { zone } = { zone: (text: string) => region("eu-central-1").zone("zones.0", text) };
  expect(zone("a")).toEqual(zone("eu-central-1a"));
  expect(zone("a")).toEqual({ name: "eu-central-1a", letter: "a" });
});

test.each([
  ["eu-central-1", "aws", "amazonaws.com"],
  ["cn-north-1", "aws-cn", "amazonaws.com.cn"],
  ["us-gov-west-1", "aws-us-gov", "amazonaws.com"],
  ["eusc-de-east-1", "aws-eusc", "amazonaws.eu"],
])("%s is in the partition %s", (name, partition, domain) => {
  expect(region(name)).toMatchObject({ partition, domain });
  expect(region(name).arn("iam::aws:policy/X")).toBe(`arn:${partition}:iam::aws:policy/X`);
});
