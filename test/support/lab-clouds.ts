import * as fs from "node:fs";
import * as path from "node:path";
import type { ManifestMachine } from "../../lib/manifest/manifest";
import { ALLOCATION, CLOUD, PUBLIC, REGION } from "../lab/programs/floating-address/addresses";
import type { DeployedHive } from "./deployed-hive";

export type Moved = keyof typeof PUBLIC;

/** What the cloud of one address says when it is asked. */
export interface CloudState {
  readonly holder: string | null;
  /** Names of the machines that asked for the address, in order. */
  readonly claims: readonly string[];
  /** `at`: seconds since 1970. */
  readonly moves: readonly { readonly to: string; readonly at: number }[];
  /** To the API, how many until now. */
  readonly requests: number;
}

const MACHINE = "clouds";
const FOLDER = "/usr/local/lib/clouds";
const NAMES: Record<Moved, string> = { elastic: `ec2.${REGION}.amazonaws.com`, reserved: "api.digitalocean.com" };
const PYTHON = path.join(__dirname, "../agents/floating-address/support/cloud.py");
const PROVIDER = path.join(__dirname, "../lab/programs/floating-address/cloud/provider.py");

/**
 * AWS and DigitalOcean as far as a floating address needs them: API, metadata and a network that delivers the address where the
 * API says. They are a machine of the lab, and what each load balancer finds on its side of the network.
 */
export class LabClouds {
  /** To boot with the hive's own machines of a site. */
  static machine(site: string, zone: string): ManifestMachine {
    const { outside: address, inside: privateAddress } = CLOUD;
    return { name: MACHINE, site, zone, address, privateAddress, sshPort: 22, labels: {}, packages: [] };
  }

  /** Before the deploy: a machine of a cloud finds its metadata service when it boots. */
  static async start(hive: DeployedHive, loadBalancers: readonly string[], token: string): Promise<LabClouds> {
    const clouds = new LabClouds(hive);
    const machines = loadBalancers.map((name) => {
      const { privateAddress } = hive.lab.machines.find((machine) => machine.name === name)!;
      return [name, privateAddress, anchorOf(privateAddress)] as const;
    });
    const certificate = await clouds.provide(machines, token);
    await Promise.all(machines.map(([name, , anchor]) => clouds.connect(name, anchor, certificate)));
    return clouds;
  }

  private constructor(private readonly hive: DeployedHive) {}

  state(moved: Moved): Promise<CloudState> {
    return this.ask(moved);
  }

  /** `throttled`: so many requests are refused for being too many. `broken`: all end in an error of the cloud's own. */
  set(moved: Moved, values: { readonly throttled?: number; readonly broken?: boolean }): Promise<CloudState> {
    return this.ask(moved, { method: "POST", body: JSON.stringify(values) });
  }

  private async ask(moved: Moved, init?: RequestInit): Promise<CloudState> {
    const answer = await fetch(`http://${CLOUD.outside}:8000/${moved}`, { ...init, signal: AbortSignal.timeout(5000) });
    if (!answer.ok) throw new Error(`the clouds answer ${answer.status}`);
    return (await answer.json()) as CloudState;
  }

  /** @returns the certificate of the APIs */
  private async provide(machines: readonly (readonly string[])[], token: string): Promise<string> {
    const { hive } = this;
    const settings = {
      ...CLOUD,
      public: PUBLIC,
      names: NAMES,
      region: REGION,
      allocation: ALLOCATION,
      certificate: `${FOLDER}/api.pem`,
      token,
      machines,
    };
    const names = Object.values(NAMES).map((name) => `DNS:${name}`);
    await hive.write(MACHINE, `${FOLDER}/address_support/cloud.py`, fs.readFileSync(PYTHON, "utf8"));
    await hive.write(MACHINE, `${FOLDER}/provider.py`, fs.readFileSync(PROVIDER, "utf8"));
    await hive.write(MACHINE, `${FOLDER}/settings.json`, JSON.stringify(settings));
    return hive.shell(
      MACHINE,
      `set -e
cd ${FOLDER}
sysctl -q -w net.ipv4.ip_forward=1
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj "/CN=APIs of the lab's clouds" \\
  -addext subjectAltName=${names.join(",")} -addext keyUsage=critical,digitalSignature,keyCertSign \\
  -keyout key.pem -out certificate.pem
cat key.pem certificate.pem >api.pem
systemd-run --quiet --unit clouds --working-directory=${FOLDER} python3 -B provider.py settings.json
cat certificate.pem`,
    );
  }

  /** A cloud's network gives a machine this at each boot; in the lab, podman makes the container's own part of it anew. */
  private async connect(machine: string, anchor: string, certificate: string): Promise<void> {
    const { hive } = this;
    const program = `${FOLDER}/network`;
    const unit = `[Unit]
Description=This machine's side of the clouds' network
DefaultDependencies=no
After=local-fs.target
Before=network.target

[Service]
Type=oneshot
ExecStart=/bin/sh ${program}

[Install]
WantedBy=multi-user.target
`;
    const script = `set -e
ip address replace ${anchor}/24 dev eth0
for name in ${Object.values(NAMES).join(" ")}; do
  grep -q " $name\\$" /etc/hosts || echo "${CLOUD.inside} $name" >>/etc/hosts
done
nft add table ip clouds
nft add chain ip clouds output '{ type nat hook output priority -100; }'
nft add rule ip clouds output ip daddr 169.254.169.254 dnat to ${CLOUD.inside}
`;
    await hive.write(machine, program, script);
    await hive.write(machine, "/usr/local/share/ca-certificates/clouds.crt", `${certificate}\n`);
    await hive.write(machine, "/etc/systemd/system/clouds-network.service", unit);
    await hive.shell(machine, "update-ca-certificates >&2 && systemctl -q enable --now clouds-network");
  }
}

/** Where a droplet gets what is sent to a reserved IP. */
const anchorOf = (privateAddress: string): string =>
  privateAddress.replace(/\d+$/, (last) => String(100 + Number(last)));
