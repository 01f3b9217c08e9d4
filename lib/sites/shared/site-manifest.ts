import type { ISite } from "../../contracts/site";
import type { ManifestSite } from "../../manifest/manifest";
import type { SshProps } from "../../rollout/ssh";

/** A site as the commands see it: its zones, and how to log in. */
export function siteManifest(
  { name, kind, zones, network }: Pick<ISite, "name" | "kind" | "zones" | "network">,
  { user = "root", privateKeyFile }: Pick<SshProps, "user" | "privateKeyFile">,
): ManifestSite {
  return {
    name,
    kind,
    zones: [...zones],
    ...(network !== undefined && { network }),
    ssh: { user, ...(privateKeyFile !== undefined && { privateKeyFile }) },
  };
}
