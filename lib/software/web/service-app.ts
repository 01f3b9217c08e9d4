import {
  appAccount,
  appFiles,
  appFolder,
  appState,
  environmentFiles,
  environmentFolder,
  launcher,
  type AppFile,
} from "./app-environment";
import { combine } from "../kit/combine";
import { httpProbe } from "../kit/http-probe";
import { visitorHeaders, type VisitorRequests } from "../kit/visitor-headers";
import type { Software } from "../software";
import { AFTER_NETWORK, HARDENING, RESTART_FOR_EVER, systemdUnit, unitText } from "../kit/systemd-unit";

export interface ServiceAppOptions {
  readonly instance: string;
  /** Construct path, for messages and comments. */
  readonly constructPath: string;
  /** Address of the machine that the application listens on: `HOST` in its environment. */
  readonly address: string;
  /** `PORT` in its environment. */
  readonly port: number;
  /** Addresses of the load balancers, the only allowed sources. */
  readonly clients: readonly string[];
  /** @default [] */
  readonly packages?: readonly string[];
  readonly files: readonly AppFile[];
  /** Values may hold secret placeholders. @default {} */
  readonly environment?: Readonly<Record<string, string>>;
  /** Program and arguments, started in the folder of the application's files. */
  readonly command: readonly string[];
  /** Answers 200 when the application can do its work. */
  readonly healthPath: string;
  /** What requests of visitors look like. @default - the gate asks for the machine's address, without saying how visitors come */
  readonly visitors?: VisitorRequests;
}

/** Any program that listens on a TCP port, as a systemd unit with an account of its own. */
export function serviceApp(options: ServiceAppOptions): Software {
  const { instance, constructPath, address, port, healthPath, command } = options;
  const unit = `beehive-app-${instance}.service`;
  const account = appAccount(instance);
  const state = appState(instance);
  const program = `/usr/local/lib/beehive/app-${instance}`;
  const environment = environmentFiles(instance, { ...options.environment, HOST: address, PORT: String(port) });
  const unitFile = systemdUnit({
    unit,
    constructPath,
    Unit: [`Description=Application of ${unitText(constructPath)}`, ...AFTER_NETWORK, ...RESTART_FOR_EVER.Unit],
    Service: [
      "Type=exec",
      `ExecStart=${program}`,
      `User=${account}`,
      `Group=${account}`,
      `WorkingDirectory=${appFolder(instance)}`,
      `Environment=HOME=${state}`,
      ...RESTART_FOR_EVER.Service,
      // Requests that are being answered may end; new ones are refused at once and go to another server.
      "TimeoutStopSec=10",
      `ReadWritePaths=${state}`,
      ...(port < 1024
        ? ["AmbientCapabilities=CAP_NET_BIND_SERVICE", "CapabilityBoundingSet=CAP_NET_BIND_SERVICE"]
        : ["CapabilityBoundingSet="]),
      ...HARDENING,
    ],
  });
  const start = launcher({
    instance,
    constructPath,
    path: program,
    body: `command = [${command.map(pythonText).join(", ")}]\nos.execvpe(command[0], command, environment)\n`,
  });
  return combine(
    `app-${instance}`,
    { directories: [{ path: appFolder(instance) }], files: appFiles(instance, options.files) },
    environment,
    {
      packages: options.packages,
      accounts: [{ name: account, home: state }],
      directories: [{ path: state, mode: "0750", owner: account, group: account }],
      files: [start, unitFile],
      services: [
        {
          unit,
          onChange: "restart",
          watches: [`${appFolder(instance)}/`, `${environmentFolder(instance)}/`, start.path, unitFile.path],
          // What it loads from packages as it needs it must not be of two versions.
          beforeUpgrade: ["systemctl", "stop", unit],
        },
      ],
      gate: [
        httpProbe({
          description: "the application answers",
          host: address,
          port,
          path: healthPath,
          headers: options.visitors && visitorHeaders(options.visitors, address),
          timeoutSeconds: 60,
        }),
      ],
      ports: [
        { port, protocol: "tcp", address, from: options.clients, purpose: "application, HTTP", property: "app.port" },
      ],
    },
  );
}

/** A Python literal; ASCII only, so that no encoding can change it. */
function pythonText(text: string): string {
  return JSON.stringify(text).replace(/[\u007f-\uffff]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
