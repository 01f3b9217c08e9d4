import { ProjectResources } from "@cdktf/provider-digitalocean/lib/project-resources";
import type { DigitaloceanProvider } from "@cdktf/provider-digitalocean/lib/provider";
import { ReservedIp } from "@cdktf/provider-digitalocean/lib/reserved-ip";
import type { Construct } from "constructs";
import { TerraformStack, TerraformVariable } from "../../cdktf";
import { Hive } from "../../hive";
import { MOVE_STEPS, moveSettings } from "../../software/address-agent";
import { anchorPlaceholder } from "../../software/placeholders";
import { RESERVED_ADDRESS_SCOPES, reservedAddress } from "../../software/reserved-address";
import { ROUTER_IDS, takeRouterId } from "../cloud/router-id";
import { FloatingAddress, type AttachedAddress, type FloatingAddressUse } from "../floating-address";
import type { Machine } from "../site";
import { noRouterId, reservedIpOverRegions } from "./errors";

export interface ReservedIpProps {
  readonly provider: DigitaloceanProvider;
  /** @default - the account's default project */
  readonly project?: string;
}

const TOKEN = "reserved-ip-token";

/**
 * A reserved IP of one region. Terraform makes it and never says which droplet has it: the droplets elect one of them, and it
 * takes the address by DigitalOcean's API, with a token that can do nothing else.
 */
export class DigitalOceanReservedIp extends FloatingAddress {
  constructor(private readonly props: ReservedIpProps) {
    super();
  }

  attach({ scope, site, path, group, machines, port }: FloatingAddressUse): AttachedAddress {
    const { provider, project } = this.props;
    const regions = [...new Set(machines.map(({ zone }) => zone))];
    if (regions.length > 1) throw reservedIpOverRegions(path, machines, regions);
    const reserved = new ReservedIp(scope, "reserved-ip", {
      provider,
      region: regions[0]!,
      // The machines move it; Terraform would take it away from them.
      lifecycle: { ignoreChanges: ["droplet_id"] },
    });
    if (project !== undefined) {
      new ProjectResources(scope, "project-resources", { provider, project, resources: [reserved.urn] });
    }
    const address = Hive.of(scope).addFact(`reserved-ip/${group}`, reserved.ipAddress, path);
    const routerId = takeRouterId(scope, site, path, group);
    if (routerId === undefined) throw noRouterId(path, ROUTER_IDS);
    // The router id is unique on the machine, too.
    const readyPort = 18_000 + routerId;
    const peer = ({ name, privateAddress }: Machine) => ({ name, address: privateAddress });
    return {
      mover: "reserved-ip",
      location: { address: reserved.ipAddress },
      readyPort,
      bind: () => anchorPlaceholder,
      resident: true,
      software: (machine) => [
        reservedAddress({
          group,
          where: path,
          self: peer(machine),
          peers: machines.filter((other) => other !== machine).map(peer),
          address,
          port,
          routerId,
          priority: 200 - machines.indexOf(machine),
          readyPort,
          tokenSecret: TOKEN,
        }),
      ],
      secrets: { [TOKEN]: tokenVariable(scope, path) },
      settings: moveSettings({}),
      recovery: MOVE_STEPS,
    };
  }

  toString(): string {
    return "a reserved IP";
  }
}

/** A sensitive variable whose name users can type: `entrance_reserved_ip_token`. */
function tokenVariable(scope: Construct, path: string): string {
  const variable = new TerraformVariable(scope, "reserved-ip-token", {
    type: "string",
    sensitive: true,
    description:
      `Token of DigitalOcean's API with which the load balancers of ${path} move their reserved IP. ` +
      `Its custom scopes: ${RESERVED_ADDRESS_SCOPES.join(", ")}.`,
  });
  const inStack = path.slice(TerraformStack.of(scope).node.path.length + 1);
  const id = `${inStack}_reserved_ip_token`.replace(/[^A-Za-z0-9_]+/g, "_").toLowerCase();
  variable.overrideLogicalId(id);
  variable.addOverride("validation", [
    {
      condition: `\${length(var.${id}) >= 32}`,
      error_message: "Give a token of DigitalOcean's API, made in the control panel under API, Tokens, custom scopes.",
    },
  ]);
  return variable.stringValue;
}
