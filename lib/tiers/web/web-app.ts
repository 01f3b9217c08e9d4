import { z } from "../../core/zod";
import { missingHealthPath, pathProblem } from "../../contracts/health-check";
import { BeehiveError, invalidProperty } from "../../core/errors";
import { KNOWN_TO_TERRAFORM, list, quoted } from "../../core/words";
import { nginxProblem } from "../../software/web/nginx-lines";
import { plainTextPassword } from "../../core/secret-errors";
import { namesSecret } from "../../core/secret-text";
import { checkProps, givenProps, line, lines, orToken, port, propsSchema, text } from "../../core/props";
import { Token } from "../../cdktf";
import { PHP_DEFAULTS, phpApp } from "../../software/web/nginx-php";
import type { VisitorRequests } from "../../software/kit/visitor-headers";
import { serviceApp } from "../../software/web/service-app";
import { secretPlaceholder } from "../../software/placeholders";
import type { Software } from "../../software/software";
import { AppFolder, type AppFile } from "./app-files";
import { Trait } from "../../core/trait";

/** The files of an application, and how its health is checked. */
export interface WebAppProps {
  /**
   * Folder with the application's files, relative to the working directory of the synthesis; for PHP the document root.
   * What version control, editors and pipelines keep for themselves and empty folders are left out. What holds secrets
   * by its name or its text, is hidden, is kept from other accounts, or is a copy of a database or of a program is
   * refused, until `exclude` or `include` says what is meant. A link that stays inside is delivered as what it leads
   * to; any other is refused. A changed file rolls through the servers, the first alone.
   * @example source: "./site"
   */
  readonly source: string;
  /**
   * Files and folders of `source` that are delivered although they look as if they should not be, by their paths in
   * `source`. Everybody who may read the bundle, and every account of the servers, can read them. A changed list rolls
   * through the servers.
   * @default []
   * @example include: [".config/routes.json"]
   */
  readonly include?: readonly string[];
  /**
   * Files and folders of `source` that stay behind, by their paths in `source`. A changed list rolls through the
   * servers.
   * @default []
   * @example exclude: ["tests", "notes.md"]
   */
  readonly exclude?: readonly string[];
  /**
   * A path that answers 200 only when this server can do its work. The load balancer and every rollout request it, so
   * it should be quick, and leave out what all servers share: when that fails, no single server is at fault.
   * @example healthPath: "/health"
   */
  readonly healthPath: string;
  /**
   * Whether the health path asks the database after all, so that every server fails its checks while the database moves
   * its writer. It changes nothing on the machines; synth warns when the load balancer is less patient than the
   * database.
   * @default false
   * @example healthAsksDatabase: true
   */
  readonly healthAsksDatabase?: boolean;
  /**
   * TCP port on the machine's private address. Changing it restarts the servers one after the other.
   * @default 8080
   * @example port: 3000
   */
  readonly port?: number;
  /**
   * Further Debian packages. An added one is installed on the next deploy.
   * @default []
   * @example packages: ["php-gd", "php-intl"]
   */
  readonly packages?: readonly string[];
  /**
   * Environment of the application. Variables that the system (`PATH`, `HOME`, …), the kind of application (`HOST`, `PORT`)
   * or a database (`DB_HOST`, …) sets are refused. A value may be a Terraform expression; one that is sensitive reaches the machine in
   * a file that only the application can read. Changing it restarts the servers one after the other.
   * @default {}
   * @example environment: { SHOP_CURRENCY: "EUR", API_KEY: password.stringValue }
   */
  readonly environment?: Readonly<Record<string, string>>;
}

/** A PHP application behind nginx and php-fpm. */
export interface PhpAppProps extends WebAppProps {
  /**
   * Requests that one server answers at the same time: php-fpm's worker processes, which all start at once. Synth
   * refuses more than a machine of a known size can start, and warns when all together may take more than it has. Changing it rolls through the
   * servers.
   * @default 16
   * @example children: 32
   */
  readonly children?: number;
  /**
   * Memory limit of one request, as PHP writes it. Changing it rolls through the servers.
   * @default "128M"
   * @example memoryLimit: "256M"
   */
  readonly memoryLimit?: string;
  /**
   * Directives and whole blocks for nginx's server block; nginx checks them before they are activated. Changing them rolls through the
   * servers.
   * @default - none
   * @example nginx: "client_max_body_size 20m;"
   */
  readonly nginx?: string;
}

/** A program that listens on a TCP port. */
export interface ServiceAppProps extends WebAppProps {
  /**
   * Program and arguments, started in the application's folder with `HOST` and `PORT` in its environment. Changing it
   * restarts the servers one after the other.
   * @example command: ["/usr/bin/node", "server.js"]
   */
  readonly command: readonly string[];
}

const paths = z
  .array(
    text.regex(
      /^(?!\.{0,2}\/)(?!.*\/(\.{0,2}\/|\.{0,2}$))(?!\.{1,2}$)/,
      'must be a path in source, without "./", ".." and a slash at its end',
    ),
  )
  .meta({ words: "a list of paths in source" });

const common = {
  source: text.meta({ example: '"./site"' }),
  include: paths.meta({ example: '[".config/routes.json"]' }).optional(),
  exclude: paths.meta({ example: '["tests", "notes.md"]' }).optional(),
  healthPath: line.meta({ example: '"/health"' }),
  healthAsksDatabase: z.boolean().optional(),
  port: port.optional(),
  packages: z
    .array(z.string().regex(/^[a-z0-9][a-z0-9+.-]+$/, "is no Debian package name"))
    .meta({ words: "a list of Debian packages", example: '["php-gd"]' })
    .optional(),
  environment: z
    .record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, "is no name of an environment variable"), orToken(lines))
    .meta({ words: "an object of texts", example: '{ SHOP_CURRENCY: "EUR" }' })
    .optional(),
};

const phpSchema = propsSchema<PhpAppProps>()({
  ...common,
  children: z.number().int().min(1, "must be 1 or more").meta({ example: "32" }).optional(),
  memoryLimit: z
    .string()
    .regex(/^[1-9]\d*[KMG]?$/, 'must be a PHP size above 0, such as "128M"')
    .optional(),
  nginx: lines.meta({ example: '"client_max_body_size 20m;"' }).optional(),
});

const serviceSchema = propsSchema<ServiceAppProps>()({
  ...common,
  command: z
    .array(lines)
    .min(1, "needs a program")
    .meta({ words: "a list of the program and its arguments", example: '["/usr/bin/node", "server.js"]' }),
});

/** Set by systemd for every service of ours (systemd.exec, "Environment Variables in Spawned Processes"). */
const SYSTEM_VARIABLES = [
  "HOME",
  "INVOCATION_ID",
  "JOURNAL_STREAM",
  "LOGNAME",
  "NOTIFY_SOCKET",
  "PATH",
  "SHELL",
  "SYSTEMD_EXEC_PID",
  "USER",
];

/** What the processes of an application take on one server. */
export interface AppMemory {
  /** `app.children`. */
  readonly children: number;
  /** `app.memoryLimit`: what one request may take. */
  readonly limit: string;
  /** Whether the program has chosen one of them. */
  readonly chosen: boolean;
}

/** Where an application runs, as the web tier knows it. */
export interface AppPlace {
  /** Names its files and units on the machine: `shop-web`. */
  readonly instance: string;
  /** Construct path of the tier, for messages and comments. */
  readonly constructPath: string;
  /** Private address of the machine. */
  readonly address: string;
  /** Addresses of the load balancers. */
  readonly clients: readonly string[];
  /** What requests of visitors look like, which gates should as well. @default - no load balancer said so */
  readonly visitors?: VisitorRequests;
  /** What the tier adds to the environment; secrets as placeholders. */
  readonly environment: Readonly<Record<string, string>>;
}

const trait = new Trait<WebApp>("WebApp");

/** Whether something is a `WebApp`. */
export const isWebApp = trait.has;

/** The user's application, and what serves it. */
export abstract class WebApp {
  static {
    trait.mark(this.prototype);
  }

  /** PHP behind nginx and php-fpm. */
  static php(props: PhpAppProps): WebApp {
    return new PhpApp(givenProps("WebApp.php", phpSchema, props));
  }

  /** Any program that listens on a TCP port, as a systemd unit: Node, Python, Go, Java. */
  static service(props: ServiceAppProps): WebApp {
    return new ServiceApp(givenProps("WebApp.service", serviceSchema, props));
  }

  /** Path that answers 200 when a server can do its work. */
  readonly healthPath: string;
  /** Whether the health path depends on the database. */
  readonly healthAsksDatabase: boolean;
  /** TCP port at which each server answers. */
  readonly port: number;
  /** What serves it, for the manifest: `nginx-php`. */
  abstract readonly engine: string;
  private readonly folder: AppFolder;

  protected constructor(
    /** What all kinds of applications have in common. */
    protected readonly app: WebAppProps,
  ) {
    this.healthPath = app.healthPath;
    this.healthAsksDatabase = app.healthAsksDatabase ?? false;
    this.port = app.port ?? 8080;
    this.folder = new AppFolder(app.source, { include: listed(app.include), exclude: listed(app.exclude) });
  }

  /** Terraform expressions in the environment, by the name of their secret. */
  get secrets(): Record<string, string> {
    const tokens = Object.entries(this.app.environment ?? {}).filter(([, value]) => Token.isUnresolved(value));
    return Object.fromEntries(tokens.map(([name, value]) => [`env/${name}`, value]));
  }

  /** Refuses what cannot work. @param path of the tier, for messages */
  validate(path: string): void {
    if (this.app.healthPath === undefined || this.app.healthPath === "") throw missingHealthPath(path);
    this.checkProps(path);
    const problem = pathProblem(this.healthPath);
    if (problem !== undefined) throw invalidProperty(path, "app.healthPath", this.healthPath, problem);
    this.refuseVariables(path, this.reserved, "the system and Beehive set");
    for (const [name, value] of Object.entries(this.app.environment ?? {})) {
      if (namesSecret(name) && value !== "" && !Token.isUnresolved(value))
        throw plainTextPassword(path, `app.environment.${name}`);
    }
    this.folder.files(path, "app");
  }

  /** Refuses variables that somebody else sets: only one of both values could reach the application. */
  refuseVariables(path: string, taken: readonly string[], who: string): void {
    const own = this.app.environment ?? {};
    const name = taken.find((one) => one in own);
    if (name === undefined) return;
    const value = Token.isUnresolved(own[name]) ? KNOWN_TO_TERRAFORM : quoted(own[name]);
    throw new BeehiveError(
      path,
      `app.environment.${name} is ${/PASSWORD/.test(name) ? "given" : value}; ${who} ${list(taken)}. Leave it out, or give the ` +
        `variable another name and read that in the application.`,
    );
  }

  /** How much memory its processes take on one server, when the program says so. @default - nobody knows */
  get memory(): AppMemory | undefined {
    return undefined;
  }

  /** Variables that its processes have in any case, so that `environment` cannot set them. */
  protected get reserved(): readonly string[] {
    return SYSTEM_VARIABLES;
  }

  /** What one server runs. */
  software(place: AppPlace): readonly Software[] {
    const environment = { ...place.environment };
    for (const [name, value] of Object.entries(this.app.environment ?? {})) {
      environment[name] = Token.isUnresolved(value) ? secretPlaceholder(`env/${name}`) : value;
    }
    return this.render({ ...place, environment }, this.folder.files(place.constructPath, "app"));
  }

  /** Refuses props that this kind of application cannot run with. */
  protected abstract checkProps(path: string): void;
  /** What one server needs to run the application. @param files the content of `source` */
  protected abstract render(place: AppPlace, files: readonly AppFile[]): readonly Software[];
}

/** What is no list of texts is refused with the other props. */
const listed = (paths: readonly string[] | undefined): readonly string[] =>
  Array.isArray(paths) ? paths.filter((one) => typeof one === "string") : [];

class PhpApp extends WebApp {
  readonly engine = "nginx-php";

  constructor(private readonly props: PhpAppProps) {
    super(props);
  }

  protected checkProps(path: string): void {
    checkProps(path, phpSchema, this.props, "app");
    const { nginx } = this.props;
    const problem = nginx === undefined ? undefined : nginxProblem(nginx);
    if (problem !== undefined) throw invalidProperty(path, "app.nginx", nginx, problem);
  }

  override get memory(): AppMemory {
    const { children, memoryLimit } = this.props;
    const chosen = children !== undefined || memoryLimit !== undefined;
    return { children: children ?? PHP_DEFAULTS.children, limit: memoryLimit ?? PHP_DEFAULTS.memory, chosen };
  }

  protected render(place: AppPlace, files: readonly AppFile[]): readonly Software[] {
    const { children, memoryLimit, nginx, packages = [] } = this.props;
    return [
      phpApp({
        ...place,
        port: this.port,
        files,
        packages,
        healthPath: this.healthPath,
        php: { children, memory: memoryLimit },
        extraConfig: nginx,
      }),
    ];
  }
}

class ServiceApp extends WebApp {
  readonly engine = "service";

  constructor(private readonly props: ServiceAppProps) {
    super(props);
  }

  protected override get reserved(): readonly string[] {
    return ["HOST", "PORT", ...super.reserved];
  }

  protected checkProps(path: string): void {
    checkProps(path, serviceSchema, this.props, "app");
  }

  protected render(place: AppPlace, files: readonly AppFile[]): readonly Software[] {
    const { command, packages = [] } = this.props;
    return [serviceApp({ ...place, port: this.port, files, packages, command, healthPath: this.healthPath })];
  }
}
