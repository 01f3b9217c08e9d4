import type { Construct } from "constructs";
import type {
  DatabaseEngine,
  DatabaseHandle,
  DatabaseRequest,
  LoadBalancerEngine,
  LoadBalancerHandle,
  LoadBalancerRequest,
  WebScaling,
  WebScalingHandle,
  WebScalingRequest,
} from "../../lib";
import { Hive } from "../../lib/stack/hive";
import { MachineTask } from "../../lib/rollout/machine-task";
import { Reliability } from "../../lib/contracts/reliability";
import { managedService } from "../../lib/contracts/engine";
import { onlyTarget } from "../../lib/contracts/load-balancer-engine";

const SLA = Reliability.sla("99.99%", "the test");

/**
 * Engines of a provider that sells nothing but `terraform_data`: what a tier does with an engine that runs on no machines can be
 * seen in the stack without a cloud. They keep what they were asked.
 */
export class TestLoadBalancer implements LoadBalancerEngine {
  readonly name = "test-load-balancer";
  readonly onMachines = false;
  request?: LoadBalancerRequest;

  constructor(readonly siteKind = "hosts") {}

  make(scope: Construct, request: LoadBalancerRequest): LoadBalancerHandle {
    this.request = request;
    const target = onlyTarget(request, this.name);
    target.allowFrom(["10.77.9.0/24"]);
    const resource = new MachineTask(scope, "Resource", { dependsOn: [...target.ready] });
    return {
      location: { dnsName: "lb.provider.test", aliasZone: "Z1" },
      endpoint: {
        kind: "entrance",
        protocol: "http",
        virtual: false,
        port: request.port ?? 80,
        healthPath: request.healthCheck.path,
      },
      settings: { checkInterval: 5 },
      resilience: managedService("load balancer", SLA, ["site rack"]),
      ready: [resource],
    };
  }
}

export class TestScaling implements WebScaling {
  readonly name = "test-scaling";
  request?: WebScalingRequest;

  constructor(
    readonly siteKind = "hosts",
    private readonly least = 3,
  ) {}

  make(scope: Construct, request: WebScalingRequest): WebScalingHandle {
    this.request = request;
    const { bundle } = request;
    const resource = new MachineTask(scope, "Resource", {
      dependsOn: [...request.after],
      work: () => ({
        triggersReplace: {
          content: bundle.bundle().hash,
          facts: bundle.facts() ?? "",
          secrets: bundle.secrets() ?? "",
        },
      }),
    });
    return {
      siteKind: this.siteKind,
      engine: this.name,
      least: this.least,
      networks: ["10.77.8.0/24"],
      ready: [resource],
      settings: { warmUp: 60 },
      resilience: managedService("group of servers", SLA, ["site rack"]),
    };
  }
}

export class TestDatabase implements DatabaseEngine {
  readonly name = "test-database";
  readonly protocol = "mysql";
  request?: DatabaseRequest;

  constructor(
    private readonly handle: Partial<DatabaseHandle> = {},
    readonly siteKind = "hosts",
  ) {}

  make(scope: Construct, request: DatabaseRequest): DatabaseHandle {
    this.request = request;
    const resource = new MachineTask(scope, "Resource", {});
    const host = Hive.of(scope).addFact(`host/${request.path}`, `\${${resource.fqn}.output}`, request.path);
    return {
      writer: { host, port: 25060 },
      logins:
        this.handle.logins ??
        Object.fromEntries(request.databases.map(({ name, user, password }) => [name, { user, password: password() }])),
      tls: { required: false },
      ready: [resource],
      settings: { failover: 60 },
      resilience: managedService("database service", SLA, ["site rack"]),
      ...this.handle,
    };
  }
}
