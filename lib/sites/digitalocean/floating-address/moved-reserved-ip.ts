import type { Construct } from "constructs";
import { TerraformStack, TerraformVariable } from "../../../cdktf";
import { anchorPlaceholder } from "../../../software/placeholders";
import { RESERVED_ADDRESS_SCOPES, reservedAddress } from "../../../software/floating-address/reserved-address";
import { movedAddress } from "../../shared/moved-address";
import type { AttachedAddress, FloatingAddressUse } from "../../../contracts/site";

const TOKEN = "reserved-ip-token";

/**
 * The droplets' part of a reserved IP: no resource of DigitalOcean, and a variable for the token.
 *
 * @param ipAddress a Terraform expression
 */
export function movedReservedIp(use: FloatingAddressUse, ipAddress: string): AttachedAddress {
  const { scope, path } = use;
  return movedAddress(use, {
    mover: "reserved-ip",
    publicAddress: ipAddress,
    bind: () => anchorPlaceholder,
    software: (options) => reservedAddress({ ...options, tokenSecret: TOKEN }),
    secrets: { [TOKEN]: tokenVariable(scope, path) },
  });
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
