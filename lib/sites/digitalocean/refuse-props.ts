import { DigitaloceanProvider } from "@cdktf/provider-digitalocean/lib/provider";
import { Token } from "../../cdktf";
import { checkProps } from "../../core/props";
import { checkLogin } from "../../rollout/ssh";
import { otherProvider } from "../shared/cloud-errors";
import { checkLoginSources } from "../shared/login-sources";
import { unknownZone } from "../shared/site-errors";
import { checkUserData } from "../shared/user-data";
import { digitalOceanSiteSchema, type DigitalOceanSiteProps } from "./digitalocean-site-props";
import { DIGITALOCEAN } from "./digitalocean-words";
import { nobodyMayLogIn, noRegions, notAnImage, notARegion, notASize, regionTwice } from "./errors";
import { REGION } from "./regions";

/** DigitalOcean's names of sizes: `s-1vcpu-1gb`, `c-4`, `so1_5-2vcpu-16gb`. */
const SIZE = /^[a-z][a-z0-9_]*(-[a-z0-9_]+)+$/;
const IMAGE = /^(debian-1[23]-x64|\d+)$/;

/** What can be refused before anything is made. */
export function refuseProps(path: string, props: DigitalOceanSiteProps): void {
  checkProps(path, digitalOceanSiteSchema, props);
  const { zones, ssh, size, sizes = {}, image, userData, provider, entranceZone } = props;
  if (zones.length === 0) throw noRegions(path);
  zones.forEach((zone, i) => {
    if (!REGION.test(zone)) throw notARegion(path, `zones.${i}`, zone);
    if (zones.indexOf(zone) !== i) throw regionTwice(path, zone);
  });
  for (const [property, value] of Object.entries({ size, ...prefixed("sizes", sizes) })) {
    if (value !== undefined && !isToken(value) && !SIZE.test(value)) throw notASize(path, property, value);
  }
  if (image !== undefined && !isToken(image) && !IMAGE.test(image)) throw notAnImage(path, image);
  if (userData !== undefined) checkUserData(path, userData, DIGITALOCEAN);
  if (provider !== undefined && provider.terraformResourceType !== DigitaloceanProvider.tfResourceType) {
    throw otherProvider(path, provider.terraformResourceType, DIGITALOCEAN);
  }
  if (ssh.from.length === 0) throw nobodyMayLogIn(path);
  checkLoginSources(path, ssh.from);
  checkLogin(path, "ssh", ssh);
  if (entranceZone !== undefined && !zones.includes(entranceZone)) {
    throw unknownZone(path, "entranceZone", entranceZone, zones);
  }
}

const isToken = (value: string): boolean => Token.isUnresolved(value);

const prefixed = (property: string, values: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(values).map(([key, value]) => [`${property}.${key}`, value]));
