import { cloudConfig } from "../../shared/user-data";
import type { AwsRegion } from "../aws-region";

/**
 * What a machine does at its first boot: it installs the agent of Session Manager, which Debian's image does not have, so that
 * there is a way in when SSH is lost. Everything else comes over SSH. The program for downloads is the one that apt has.
 */
export function firstBoot(region: AwsRegion): string {
  const address = `https://s3.${region.name}.${region.domain}/amazon-ssm-${region.name}/latest`;
  const file = "/run/amazon-ssm-agent.deb";
  return cloudConfig([
    `/usr/lib/apt/apt-helper download-file ${address}/debian_$(dpkg --print-architecture)/amazon-ssm-agent.deb ${file}`,
    `DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=300 install ${file}; rm -f ${file}`,
  ]);
}
