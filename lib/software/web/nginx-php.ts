import { socketAddress } from "../kit/addresses";
import {
  appAccount,
  appFiles,
  appFolder,
  appService,
  appState,
  environmentFiles,
  environmentFolder,
  launcher,
  type AppFile,
} from "./app-environment";
import { combine } from "../kit/combine";
import { httpProbe } from "../kit/http-probe";
import { visitorHeaders, type VisitorRequests } from "../kit/visitor-headers";
import { generatedBy } from "../placeholders";
import type { ManagedFile, Software } from "../software";
import { AFTER_NETWORK, HARDENING, RESTART_FOR_EVER, systemdUnit, unitText } from "../kit/systemd-unit";

export interface PhpAppOptions {
  readonly instance: string;
  /** Construct path, for messages and comments. */
  readonly constructPath: string;
  /** Address of the machine that nginx listens on. */
  readonly address: string;
  readonly port: number;
  /** Addresses of the load balancers: the only allowed sources, trusted about the visitor's address. */
  readonly clients: readonly string[];
  /** Of the document root. */
  readonly files: readonly AppFile[];
  /** Besides nginx and PHP: `php-mysql`. @default [] */
  readonly packages?: readonly string[];
  /** Values may hold secret placeholders. @default {} */
  readonly environment?: Readonly<Record<string, string>>;
  /** Answers 200 when the application can do its work. */
  readonly healthPath: string;
  /** What requests of visitors look like. @default - the gate asks for the machine's address, without saying how visitors come */
  readonly visitors?: VisitorRequests;
  readonly php?: {
    /** Requests that are answered at the same time. @default 16 */
    readonly children?: number;
    /** Memory limit of one request, as PHP writes it. @default "128M" */
    readonly memory?: string;
  };
  /** Lines for nginx's server block. @default - none */
  readonly extraConfig?: string;
}

export const PHP_DEFAULTS = { children: 16, memory: "128M" } as const;

/** Debian has a PHP of another version in every release; the package `php-fpm` brings the right one. */
const PHP_FPM = "/usr/sbin/php-fpm[0-9]*";

/**
 * nginx and php-fpm, each an instance of its own for the group: Debian's own sites and pools do not run, and two
 * applications on a machine do not share a process.
 */
export function phpApp(options: PhpAppOptions): Software {
  const { instance, constructPath, address, port, healthPath } = options;
  const account = appAccount(instance);
  const state = appState(instance);
  const paths = pathsOf(instance);
  const environment = environmentFiles(instance, options.environment ?? {});
  const nginx: ManagedFile = {
    path: paths.nginx,
    content: renderNginx(options, paths),
    validate: ["nginx", "-t", "-c", "%s", "-g", "pid /dev/null;"],
  };
  const pool: ManagedFile = {
    path: paths.pool,
    content: renderPool(options, paths),
    validate: ["sh", "-c", `exec "$(ls -v ${PHP_FPM} | tail -n 1)" -t -y "$1"`, "php-fpm", "%s"],
  };
  const start = launcher({ instance, constructPath, path: paths.launcher, body: phpLauncherBody(paths.pool) });
  const [phpUnit, nginxUnit] = units(options, paths);
  return combine(
    `php-app-${instance}`,
    { directories: [{ path: appFolder(instance) }], files: appFiles(instance, options.files) },
    environment,
    {
      packages: ["nginx", "php-fpm", ...(options.packages ?? [])],
      unusedUnits: ["nginx.service", "php*-fpm.service"],
      accounts: [{ name: account, home: state }],
      directories: [
        { path: state, mode: "0750", owner: account, group: account },
        { path: paths.sessions, mode: "0700", owner: account, group: account },
        // nginx makes its folders for bodies here, as root, and gives each to the application: no one else may put links here.
        { path: paths.temporary },
      ],
      files: [pool, nginx, start, phpUnit, nginxUnit],
      services: [
        // A new environment needs a new process. nginx stops first: load balancers take a refused connection to another
        // server, whatever the request; an error of nginx they must not.
        {
          unit: paths.phpService,
          onChange: "restart",
          watches: [`${environmentFolder(instance)}/`, start.path, phpUnit.path],
          beforeStop: ["systemctl", "stop", paths.nginxService],
        },
        { unit: paths.phpService, onChange: "reload", watches: [pool.path, `${appFolder(instance)}/`] },
        { unit: paths.nginxService, onChange: "reload", watches: [nginx.path] },
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
      ports: [{ port, protocol: "tcp", address, from: options.clients, purpose: "nginx, HTTP", property: "app.port" }],
    },
  );
}

type Paths = ReturnType<typeof pathsOf>;

function pathsOf(instance: string) {
  return {
    nginx: `/etc/beehive/nginx/${instance}.conf`,
    pool: `/etc/beehive/php/${instance}.conf`,
    launcher: `/usr/local/lib/beehive/php-${instance}`,
    socket: `/run/beehive-php-${instance}/php.sock`,
    sessions: appService(instance, "sessions"),
    temporary: appService(instance, "nginx"),
    phpService: `beehive-php-${instance}.service`,
    nginxService: `beehive-nginx-${instance}.service`,
  };
}

function units({ instance, constructPath }: PhpAppOptions, paths: Paths): [php: ManagedFile, nginx: ManagedFile] {
  const writable = `ReadWritePaths=${appState(instance)} ${paths.sessions} ${paths.temporary}`;
  const php = systemdUnit({
    unit: paths.phpService,
    constructPath,
    Unit: [`Description=PHP of ${unitText(constructPath)}`, ...RESTART_FOR_EVER.Unit],
    Service: [
      "Type=notify",
      `ExecStart=${paths.launcher}`,
      "ExecReload=/bin/kill -USR2 $MAINPID",
      ...RESTART_FOR_EVER.Service,
      "TimeoutStopSec=10",
      `RuntimeDirectory=beehive-php-${instance}`,
      writable,
      ...HARDENING,
    ],
  });
  const run = `/run/beehive-nginx-${instance}`;
  const command = `/usr/sbin/nginx -c ${paths.nginx} -g "pid ${run}/nginx.pid;"`;
  const nginx = systemdUnit({
    unit: paths.nginxService,
    constructPath,
    Unit: [
      `Description=nginx of ${unitText(constructPath)}`,
      ...AFTER_NETWORK,
      `After=${paths.phpService}`,
      ...RESTART_FOR_EVER.Unit,
    ],
    Service: [
      "Type=forking",
      `PIDFile=${run}/nginx.pid`,
      `ExecStart=${command}`,
      `ExecReload=${command} -s reload`,
      // QUIT: requests that are being answered end, new connections are refused.
      "KillSignal=SIGQUIT",
      "KillMode=mixed",
      "TimeoutStopSec=10",
      ...RESTART_FOR_EVER.Service,
      `RuntimeDirectory=beehive-nginx-${instance}`,
      writable,
      ...HARDENING,
    ],
  });
  return [php, nginx];
}

function phpLauncherBody(pool: string): string {
  return `versions = glob.glob("${PHP_FPM}")
if not versions:
    sys.exit("php-fpm is not installed")
program = max(versions, key=lambda path: [int(number) for number in re.findall("[0-9]+", path)])
# PHP keeps compiled files until it is reloaded: a deploy switches all of them at once, and no request looks at the disk.
settings = ["-d", "opcache.validate_timestamps=0", "-d", "opcache.interned_strings_buffer=16"]
os.execve(program, [program, "--nodaemonize", "--fpm-config", "${pool}", *settings], environment)
`;
}

function renderPool({ instance, constructPath, php = {} }: PhpAppOptions, { socket, sessions }: Paths): string {
  const { children = PHP_DEFAULTS.children, memory = PHP_DEFAULTS.memory } = php;
  const account = appAccount(instance);
  return `${generatedBy(";", constructPath)}[global]
error_log = syslog
syslog.ident = php-${instance}
; How long requests may end when the pool is reloaded or stopped.
process_control_timeout = 8s

[${instance}]
user = ${account}
group = ${account}
listen = ${socket}
listen.owner = ${account}
listen.group = ${account}
listen.mode = 0600
; All from the start: a surge need not wait for processes, and the memory is known.
pm = static
pm.max_children = ${children}
pm.max_requests = 10000
catch_workers_output = yes
decorate_workers_output = no
clear_env = no
chdir = ${appFolder(instance)}
php_admin_value[memory_limit] = ${memory}
php_admin_value[error_log] = syslog
php_admin_flag[log_errors] = on
php_admin_flag[display_errors] = off
php_admin_flag[expose_php] = off
php_value[session.save_path] = ${sessions}
php_value[upload_max_filesize] = 16M
php_value[post_max_size] = 16M
`;
}

function renderNginx(options: PhpAppOptions, { socket, temporary: folder }: Paths): string {
  const { instance, constructPath, address, port, clients } = options;
  const temporary = ["client_body", "fastcgi", "proxy", "scgi", "uwsgi"];
  const extra = (options.extraConfig ?? "").trim();
  return `${generatedBy("#", constructPath)}user ${appAccount(instance)};
worker_processes auto;
error_log stderr warn;
include /etc/nginx/modules-enabled/*.conf;

worker_rlimit_nofile 8192;

events {
    worker_connections 2048;
}

http {
    include /etc/nginx/mime.types;
    default_type application/octet-stream;
    access_log off;
    server_tokens off;
    sendfile on;
    tcp_nopush on;
    # Longer than the load balancers keep an idle connection, so that it is not nginx that closes it under a request.
    keepalive_timeout 75s;
    client_max_body_size 16m;
    client_body_timeout 30s;
    send_timeout 30s;
    fastcgi_read_timeout 60s;
${temporary.map((name) => `    ${name}_temp_path ${folder}/${name};\n`).join("")}    real_ip_header X-Forwarded-For;
${clients.map((client) => `    set_real_ip_from ${client};\n`).join("")}
    server {
        listen ${socketAddress(address, port)};
        server_name _;
        root ${appFolder(instance)};
        index index.php index.html;

        location / {
            try_files $uri $uri/ @application;
            # nginx knows only GET, HEAD and POST for files and folders: the others are the application's.
            error_page 405 = @application;
        }

        location @application {
            rewrite ^ /index.php last;
        }

        # Files of editors and version control are nobody's business.
        location ~ /\\.(?!well-known/) {
            return 404;
        }

        location ~ ^(.+\\.php)(/.*)?$ {
            fastcgi_split_path_info ^(.+?\\.php)(/.*)?$;
            set $path_info $fastcgi_path_info;
            try_files $fastcgi_script_name =404;
            include /etc/nginx/fastcgi_params;
            fastcgi_param SCRIPT_FILENAME $document_root$fastcgi_script_name;
            fastcgi_param PATH_INFO $path_info;
            # A header that PHP would take for the setting HTTP_PROXY.
            fastcgi_param HTTP_PROXY "";
            fastcgi_pass unix:${socket};
        }
${extra === "" ? "" : `\n        # From the program's own lines:\n${extra.replace(/^/gm, "        ")}\n`}    }
}
`;
}
