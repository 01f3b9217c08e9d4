import type { CloudWords } from "../shared/cloud-words";

export const AWS: CloudWords = {
  kind: "aws",
  name: "AWS",
  site: "an AwsSite",
  servers: "instances",
  scaling: "AwsAutoScaling",
  dns: "Route 53",
  provider: "AwsProvider of @cdktf/provider-aws/lib/provider",
  // https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/user-data.html
  userDataBytes: 16_384,
};
