import * as path from "node:path";
import { App, TerraformStack } from "cdktf";
import {
  FloatingAddress,
  HaWebTier,
  HealthCheckedLoadBalancer,
  HostsSite,
  Machines,
  WebApp,
  type AttachedAddress,
  type FloatingAddressRequest,
  type FloatingAddressUse,
  type HostProps,
} from "cdktf-beehive";
import { movedElasticIp } from "../../../../lib/sites/aws/floating-address/moved-elastic-ip";
import { movedReservedIp } from "../../../../lib/sites/digitalocean/floating-address/moved-reserved-ip";
import { FakeResource } from "../../../support/fake-resource";
import { ALLOCATION, PUBLIC, REGION } from "./addresses";

/** What `ElasticIp` gives, with an allocation that Terraform makes without AWS. */
class ElasticIpOfTheLab extends FloatingAddress {
  attach(use: FloatingAddressUse): AttachedAddress {
    const { output } = new FakeResource(use.scope, "elastic-ip", PUBLIC.elastic);
    return movedElasticIp(use, { publicIp: output, allocationId: ALLOCATION, region: REGION });
  }

  toString(): string {
    return "an elastic IP of the lab";
  }
}

/** What `DigitalOceanReservedIp` gives, with an address that Terraform makes without DigitalOcean. */
class ReservedIpOfTheLab extends FloatingAddress {
  attach(use: FloatingAddressUse): AttachedAddress {
    return movedReservedIp(use, new FakeResource(use.scope, "reserved-ip", PUBLIC.reserved).output);
  }

  toString(): string {
    return "a reserved IP of the lab";
  }
}

/** Hosts in a network where the clouds' APIs move addresses. */
class RackInClouds extends HostsSite {
  override floatingAddress({ tier }: FloatingAddressRequest): FloatingAddress {
    return tier.endsWith("/elastic") ? new ElasticIpOfTheLab() : new ReservedIpOfTheLab();
  }
}

const app = new App();
const stack = new TerraformStack(app, "moved");
const host = (role: string, i: number, last: number): HostProps => ({
  name: `${role}-${i}`,
  address: `10.84.0.${last + i}`,
  zone: "ab"[i - 1]!,
  labels: { role },
});
const cloud = new RackInClouds(stack, "cloud", {
  ssh: { user: "admin", privateKeyFile: process.env.TEST_SSH_KEY },
  hosts: [host("lb", 1, 10), host("lb", 2, 10), host("web", 1, 20), host("web", 2, 20)],
});
const web = new HaWebTier(stack, "web", {
  site: cloud,
  machines: Machines.labelled({ role: "web" }),
  needed: 1,
  app: WebApp.service({
    source: path.join(__dirname, "../rollout/app"),
    packages: ["python3"],
    command: ["python3", "server.py"],
    healthPath: "/health",
    environment: { GREETING: "hello" },
  }),
});
for (const id of ["elastic", "reserved"]) {
  new HealthCheckedLoadBalancer(stack, id, { site: cloud, machines: Machines.labelled({ role: "lb" }), target: web });
}
app.synth();
