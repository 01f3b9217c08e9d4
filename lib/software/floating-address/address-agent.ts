import { combine } from "../kit/combine";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Duration } from "../../core/duration";
import type { RecoveryStep } from "../../manifest/manifest";
import { election, ELECTION_ADVERT_INTERVAL, type ElectionOptions } from "./election";
import { generatedBy, secretPlaceholder } from "../placeholders";
import type { ManagedFile, Software } from "../software";
import { AFTER_NETWORK, HARDENING, RESTART_FOR_EVER, systemdUnit, unitPath, unitText } from "../kit/systemd-unit";

/** What every address that a machine moves by an API has. */
export interface MovedAddressOptions extends Omit<ElectionOptions, "carrier"> {
  /** The address that visitors use. */
  readonly address: string;
  /** TCP port at which visitors are answered there. */
  readonly port: number;
  /**
   * How often the elected machine asks the API for the holder of the address, so that it notices when another client took it or
   * released it. It has no part in how long a move takes. @default Duration.seconds(5)
   */
  readonly pollInterval?: Duration;
  /** For a connection to the API, and again for each part of its answer; after it the request is made anew. @default Duration.seconds(5) */
  readonly apiTimeout?: Duration;
}

export interface AddressAgentOptions extends MovedAddressOptions {
  /** `elastic-address`, `reserved-address`. */
  readonly name: string;
  readonly carrier: ElectionOptions["carrier"];
  /** Debian packages of the provider's adapter. */
  readonly packages: readonly string[];
  /** What the provider's adapter reads (`agent/settings.py`). */
  readonly provider: Readonly<Record<string, string>>;
  /** Name of the rollout's secret that holds the API's token. @default - the machine has a credential of its own */
  readonly tokenSecret?: string;
}

const POLL_INTERVAL = Duration.seconds(5);
const API_TIMEOUT = Duration.seconds(5);

/** Account that owns the token; it has no login. */
const ACCOUNT = "beehive-address";

/** keepalived, which elects, and the service that makes the cloud move the address to the elected machine. */
export function addressAgent(options: AddressAgentOptions): Software {
  const { instance, constructPath, name, address, tokenSecret } = options;
  const elected = election(options);
  const folder = `/etc/beehive/address/${instance}`;
  const program = `/usr/local/lib/beehive/address-${instance}`;
  const command = [`${program}/beehive-address`, `${folder}/settings.json`];
  const settings: ManagedFile = {
    path: command[1]!,
    content: settingsJson(options, elected, tokenSecret === undefined ? undefined : `${folder}/token`),
  };
  const unit = systemdUnit({
    unit: `beehive-address-${instance}.service`,
    constructPath,
    Unit: [
      `Description=Moves ${unitText(address)} to this machine while it is elected for ${unitText(constructPath)}`,
      ...AFTER_NETWORK,
      ...RESTART_FOR_EVER.Unit,
    ],
    Service: [
      `User=${ACCOUNT}`,
      `ExecStart=${command.join(" ")} run`,
      ...RESTART_FOR_EVER.Service,
      "CapabilityBoundingSet=",
      "RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX AF_NETLINK",
      ...HARDENING,
    ],
  });
  const files = [...programFiles(constructPath, program), settings, ...tokenFiles(folder, tokenSecret), unit];
  const service = { unit: `beehive-address-${instance}.service`, onChange: "restart" as const };
  const watches = files.map((file) => file.path).filter((path) => path !== unitPath(service.unit));
  return combine(
    `${name}-${instance}`,
    // Before keepalived, so that it is there when this machine is elected.
    { services: [{ ...service, watches }] },
    ...elected.parts,
    {
      packages: ["python3", ...options.packages],
      accounts: [{ name: ACCOUNT }],
      directories: [{ path: folder }],
      files,
      gate: [
        {
          description: `the service that moves ${address} runs`,
          command: ["systemctl", "is-active", service.unit],
          timeoutSeconds: 10,
        },
        {
          description: `the API lets this machine see and move ${address}`,
          command: [...command, "check"],
          timeoutSeconds: 120,
          intervalSeconds: 3,
        },
      ],
    },
  );
}

function settingsJson(
  options: AddressAgentOptions,
  { marker, heard }: { readonly marker: string; readonly heard: string },
  tokenFile: string | undefined,
): string {
  const { pollInterval, apiTimeout } = moveSettings(options);
  const settings = {
    "//": generatedBy("", options.constructPath).trim(),
    address: options.address,
    port: options.port,
    marker,
    heard,
    readyPort: options.readyPort,
    pollSeconds: pollInterval,
    apiTimeoutSeconds: apiTimeout,
    ...options.provider,
    tokenFile,
  };
  return `${JSON.stringify(settings, null, 2)}\n`;
}

/** The token and nothing else, so that no character of it can change the meaning of a file. */
function tokenFiles(folder: string, secret: string | undefined): ManagedFile[] {
  if (secret === undefined) return [];
  return [
    { path: `${folder}/token`, content: secretPlaceholder(secret), mode: "0600", owner: ACCOUNT, group: ACCOUNT },
  ];
}

/** A copy for each group: two groups on a machine may come from two versions of the library. */
function programFiles(where: string, program: string): ManagedFile[] {
  const folder = join(__dirname, "agent");
  const read = (file: string) => readFileSync(join(folder, file), "utf8");
  const modules = readdirSync(folder).filter((file) => file.endsWith(".py"));
  return [
    {
      path: `${program}/beehive-address`,
      content: `#!/usr/bin/python3 -B\n${generatedBy("#", where)}${read("beehive-address")}`,
      mode: "0755",
    },
    ...modules.sort().map((file) => ({
      path: `${program}/beehive_address/${file}`,
      content: generatedBy("#", where) + read(file),
    })),
  ];
}

/** How long a move takes at most, derived from `moveSettings`. Providers do not publish how soon their network follows the API. */
export const MOVE_STEPS: readonly RecoveryStep[] = [
  { what: "three adverts are missing, and a fourth at most (VRRP's skew)", of: "advertInterval", times: 4 },
  { what: "the provider's API takes the request", of: "apiTimeout" },
  { what: "the provider's network follows (assumed)", of: 10 },
  { what: "a visitor's kernel repeats a SYN that nobody answered, by then every 2 s (RFC 6298)", of: 2 },
];

/** For the manifest: what decides how long a move takes, in seconds. */
export function moveSettings(options: Pick<MovedAddressOptions, "advertInterval" | "pollInterval" | "apiTimeout">): {
  readonly advertInterval: number;
  readonly pollInterval: number;
  readonly apiTimeout: number;
} {
  return {
    advertInterval: (options.advertInterval ?? ELECTION_ADVERT_INTERVAL).toSeconds(),
    pollInterval: (options.pollInterval ?? POLL_INTERVAL).toSeconds(),
    apiTimeout: (options.apiTimeout ?? API_TIMEOUT).toSeconds(),
  };
}
