import { memoryOf as aws } from "../../../lib/sites/aws/machines/instance-size";
import { memoryOf as droplet } from "../../../lib/sites/digitalocean/machines/droplet-size";

// EC2, "Instance types": GiB.
test.each([
  ["t3.nano", 0.5],
  ["t3.small", 2],
  ["t4g.2xlarge", 32],
  ["m7g.medium", 4],
  ["m5.large", 8],
  ["m6i.32xlarge", 512],
  ["c6gn.xlarge", 8],
  ["r7iz.large", 16],
  ["c5n.large", undefined],
  ["m4.large", undefined],
  ["x2iedn.xlarge", undefined],
  ["m5.metal", undefined],
])("an EC2 %s has %s GiB", (size, gibibytes) => {
  expect(aws(size)).toBe(gibibytes === undefined ? undefined : gibibytes * 1024 ** 3);
});

// DigitalOcean's list of sizes (API, GET /v2/sizes): GiB.
test.each([
  ["s-1vcpu-512mb-10gb", 0.5],
  ["s-2vcpu-4gb", 4],
  ["s-2vcpu-4gb-120gb-intel", 4],
  ["so1_5-2vcpu-16gb", 16],
  ["c-4", 8],
  ["c2-2vcpu-4gb", 4],
  ["${var.size}", undefined],
])("a droplet %s has %s GiB", (size, gibibytes) => {
  expect(droplet(size)).toBe(gibibytes === undefined ? undefined : gibibytes * 1024 ** 3);
});
