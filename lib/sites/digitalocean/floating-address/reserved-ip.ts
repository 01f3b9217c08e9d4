import { ProjectResources } from "@cdktf/provider-digitalocean/lib/project-resources";
import type { DigitaloceanProvider } from "@cdktf/provider-digitalocean/lib/provider";
import { ReservedIp } from "@cdktf/provider-digitalocean/lib/reserved-ip";
import type { AttachedAddress, FloatingAddressUse } from "../../../contracts/site";
import { FloatingAddress } from "../../shared/floating-address";
import { reservedIpOverRegions } from "../errors";
import { movedReservedIp } from "./moved-reserved-ip";

export interface ReservedIpProps {
  readonly provider: DigitaloceanProvider;
  /** @default - the account's default project */
  readonly project?: string;
}

/**
 * A reserved IP of one region. Terraform makes it and never says which droplet has it: the droplets elect one of them, and it
 * takes the address by DigitalOcean's API, with a token that can do nothing else.
 */
export class DigitalOceanReservedIp extends FloatingAddress {
  constructor(private readonly props: ReservedIpProps) {
    super();
  }

  attach(use: FloatingAddressUse): AttachedAddress {
    const { scope, path, machines } = use;
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
    return movedReservedIp(use, reserved.ipAddress);
  }

  toString(): string {
    return "a reserved IP";
  }
}
