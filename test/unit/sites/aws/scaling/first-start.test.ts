import { spawn, spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as http from "node:http";
import type { AddressInfo } from "node:net";
import * as os from "node:os";
import * as path from "node:path";
import {
  checkStartText,
  SETTINGS,
  startText,
  type StartSettings,
} from "../../../../../lib/sites/aws/scaling/first-start";
import { sha256 } from "../../../../../lib/core/sha256";
import { bakedProgram } from "../../../../../lib/rollout/machine-program";

const SOURCES = path.resolve(__dirname, "../../../../../lib");
const PROGRAM = path.join(SOURCES, "sites/aws/scaling/first-start/first-start.py");

/** The program itself, with the folders of the machine in a folder of the test, and AWS at a port of this one. */
const RUN = `
import importlib.util, json, sys
spec = importlib.util.spec_from_file_location("first_start", "${PROGRAM}")
program = importlib.util.module_from_spec(spec)
spec.loader.exec_module(program)
root, cloud, settings = sys.argv[1:]
program.METADATA = f"{cloud}/metadata"
program.address_of = lambda host: f"{cloud}/{host}"
program.LIBRARY, program.FOLDER = f"{root}/library", f"{root}/first-start"
program.PATIENCE, program.PAUSE = 0.3, 0.05
sys.exit(program.main(json.loads(settings)))
`;

const root = fs.mkdtempSync(path.join(os.tmpdir(), "beehive-test-"));
afterAll(() => fs.rmSync(root, { recursive: true }));
const at = (name: string): string => path.join(root, name);
const { username } = os.userInfo();
const group = spawnSync("id", ["--group", "--name"], { encoding: "utf8" }).stdout.trim();

/** beehive-apply as it is, with its folders in a folder of the test, and run by whoever runs the test. */
const APPLY_HERE = bakedProgram().replace(
  "    sys.exit(main(",
  `    from beehive_apply import files, journal, turns
    journal.STATE, files.STAGE, turns.LOCK = "${root}/state", "${root}/stage", "${root}/lock"
    os.geteuid = lambda: 0
    sys.exit(main(`,
);

/** A bundle that makes one file. */
const bundleOf = (content: string, gate: readonly object[] = []): string =>
  JSON.stringify({
    version: 1,
    group: "shop-web",
    tier: "shop/web",
    machine: "{{beehive:self:name}}",
    software: [
      {
        name: "one",
        packages: [],
        files: [{ path: at("made"), content, owner: username, group }],
        services: [],
        gate,
        ports: [],
      },
    ],
    secrets: ["password"],
  });
const CONTENT = "{{beehive:self:name}} {{beehive:self:address}} {{beehive:fact:db}} {{beehive:secret:password}}";
const SECRET = "s3cret-and-nobodys";
const INSTANCE = "i-0123456789abcdef0";

interface Cloud {
  readonly objects: Record<string, string>;
  /** How often it is asked before it lets the server in. */
  denials: number;
  readonly asked: string[];
  readonly done: URLSearchParams[];
}

/** What stands for AWS: metadata (with tokens only), S3, Secrets Manager, Auto Scaling. It looks for the signature, and at no more of it. */
function answer(cloud: Cloud, request: http.IncomingMessage, body: string): [number, string] {
  const { method, url = "", headers } = request;
  cloud.asked.push(`${method} ${url}`);
  if (url.startsWith("/metadata/")) {
    if (method === "PUT") return url === "/metadata/api/token" ? [200, "the-token"] : [404, ""];
    if (headers["x-aws-ec2-metadata-token"] !== "the-token") return [401, ""];
    const known: Record<string, string> = {
      "instance-id": INSTANCE,
      "local-ipv4": "10.64.0.17",
      "iam/security-credentials/": "web-role",
      "iam/security-credentials/web-role": JSON.stringify({ AccessKeyId: "AK", SecretAccessKey: "SK", Token: "TK" }),
    };
    const text = known[url.slice("/metadata/meta-data/".length)];
    return text === undefined ? [404, ""] : [200, text];
  }
  const signature =
    /^AWS4-HMAC-SHA256 Credential=AK\/\d{8}\/eu-central-1\/(\w+)\/aws4_request, .*Signature=[0-9a-f]{64}$/;
  const service = signature.exec(headers.authorization ?? "")?.[1];
  if (service === undefined || headers["x-amz-security-token"] !== "TK") return [403, "MissingAuthenticationToken"];
  if (cloud.denials-- > 0) return [403, "AccessDenied"];
  const [, host, rest = ""] = /^\/([^/]+)\/(.*)$/.exec(url)!;
  if (host !== headers.host) return [400, "host is not the one that is signed"];
  if (service === "s3" && host === "the-bucket.s3.eu-central-1.amazonaws.com") {
    const content = cloud.objects[rest];
    return content === undefined ? [404, "NoSuchVersion"] : [200, content];
  }
  if (service === "secretsmanager") {
    expect(headers["x-amz-target"]).toBe("secretsmanager.GetSecretValue");
    expect(JSON.parse(body)).toEqual({ SecretId: "arn:secret", VersionId: "v1" });
    return [200, JSON.stringify({ SecretString: JSON.stringify({ password: SECRET }) })];
  }
  if (service === "autoscaling") cloud.done.push(new URLSearchParams(body));
  return [200, ""];
}

interface Start {
  readonly bundle?: string;
  readonly denials?: number;
  /** Version of the bundle, as it stands in the address. */
  readonly version?: string;
  readonly change?: (settings: StartSettings) => StartSettings;
}

async function start(options: Start = {}) {
  const { bundle = bundleOf(CONTENT), denials = 0, version = "bundle%2F1", change = (same) => same } = options;
  fs.rmSync(at("made"), { force: true });
  const files = {
    program: APPLY_HERE,
    packages: JSON.stringify({ packages: [], unused: [], quiet: [] }),
    bundle,
    facts: JSON.stringify({ db: "10.64.0.9" }),
  };
  const entries = Object.entries(files);
  const objects = Object.fromEntries(
    entries.map(([key, content]) => [`${key}?versionId=${key === "bundle" ? version : `${key}%2F1`}`, content]),
  );
  const cloud: Cloud = { objects, denials, asked: [], done: [] };
  const server = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const [status, text] = answer(cloud, request, Buffer.concat(chunks).toString());
      response.writeHead(status).end(text);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const settings = change({
    region: "eu-central-1",
    domain: "amazonaws.com",
    group: "shop.cloud.web",
    hook: "configured",
    bucket: "the-bucket",
    objects: Object.fromEntries(
      entries.map(([key, content]) => [key, { key, version: `${key}/1`, sha256: sha256(content) }]),
    ) as unknown as StartSettings["objects"],
    secret: { arn: "arn:secret", version: "v1" },
  });
  const { port } = server.address() as AddressInfo;
  const args = ["-B", "-c", RUN, root, `http://127.0.0.1:${port}`, JSON.stringify(settings)];
  const child = spawn("python3", args, { stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (text: Buffer) => (said += text.toString()));
  const status = await new Promise<number | null>((resolve) => child.on("close", resolve));
  server.close();
  return { ...cloud, status, said };
}

/** The same settings with something else of the bundle. */
const withBundle =
  (other: object) =>
  (settings: StartSettings): StartSettings => ({
    ...settings,
    objects: { ...settings.objects, bundle: { ...settings.objects.bundle, ...other } },
  });

describe("a server that starts", () => {
  test("becomes what the bundle says, with its own name and address, facts and secrets, and then says so", async () => {
    const { status, said, done } = await start();
    expect({ status, said }).toMatchObject({ status: 0 });
    expect(fs.readFileSync(at("made"), "utf8")).toBe(`${INSTANCE} 10.64.0.17 10.64.0.9 ${SECRET}`);
    expect(done.map((one) => Object.fromEntries(one))).toEqual([
      {
        Action: "CompleteLifecycleAction",
        Version: "2011-01-01",
        LifecycleActionResult: "CONTINUE",
        AutoScalingGroupName: "shop.cloud.web",
        LifecycleHookName: "configured",
        InstanceId: INSTANCE,
      },
    ]);
    expect(said).toMatch(/ok: configured, and told so\n$/);
  });

  test("leaves no file with secrets, and says none", async () => {
    const { said } = await start();
    expect(fs.readdirSync(at("first-start")).sort()).toEqual(["bundle", "facts", "packages"]);
    expect(said).not.toContain(SECRET);
  });

  test("leaves beehive-apply where people find it", async () => {
    await start();
    expect(fs.statSync(at("library/beehive-apply")).mode & 0o777).toBe(0o755);
  });

  test("finds what was written before S3 knew of versions", async () => {
    const { status } = await start({ version: "null", change: withBundle({ version: "" }) });
    expect(status).toBe(0);
  });

  test("waits for rights that take effect a moment later", async () => {
    const { status, asked } = await start({ denials: 2 });
    expect(status).toBe(0);
    expect(asked.filter((line) => line.includes("/program?"))).toHaveLength(3);
  });
});

describe("a server that cannot become what it is to be says why, and never that it is done", () => {
  const failure = async (options: Start) => {
    const { status, said, done } = await start(options);
    expect({ status, done }).toEqual({ status: 1, done: [] });
    expect(said).toMatch(/this server gets no visitors; shop\.cloud\.web ends it and starts another\n$/);
    return said;
  };
  test("when the bundle is not the one that Terraform put there", async () => {
    const wanted = "0".repeat(64);
    expect(await failure({ change: withBundle({ sha256: wanted }) })).toContain(
      `FAILED: bundle in the-bucket has SHA-256 ${sha256(bundleOf(CONTENT))}, not ${wanted}; deploy again`,
    );
    expect(fs.existsSync(at("made"))).toBe(false);
  });

  test("when its version is gone", async () => {
    expect(await failure({ change: withBundle({ version: "2" }) })).toContain(
      "FAILED: fetching bundle from the-bucket: HTTP Error 404: Not Found NoSuchVersion",
    );
  });

  test("when its role may not read", async () => {
    expect(await failure({ denials: 1000 })).toContain(
      "FAILED: fetching program from the-bucket: HTTP Error 403: Forbidden AccessDenied",
    );
  });

  test("when the gate does not pass", async () => {
    const gate = [{ description: "the application answers", command: ["false"], timeoutSeconds: 0 }];
    const said = await failure({ bundle: bundleOf(CONTENT, gate) });
    expect(said).toContain("REFUSED: the application answers: not within 0 s");
    expect(said).toMatch(/FAILED: \S+beehive-apply apply ended with status 1; what it said stands above/);
    expect(fs.readdirSync(at("first-start")).sort()).toEqual(["bundle", "facts", "packages"]);
  });
});

test("requests are signed as AWS's own example is", () => {
  const code = `
import importlib.util, time
spec = importlib.util.spec_from_file_location("first_start", "${PROGRAM}")
program = importlib.util.module_from_spec(spec)
spec.loader.exec_module(program)
keys = {"AccessKeyId": "AKIDEXAMPLE", "SecretAccessKey": "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"}
now = time.strptime("20150830T123600Z", "%Y%m%dT%H%M%SZ")
headers = {"content-type": "application/x-www-form-urlencoded; charset=utf-8"}
query = "Action=ListUsers&Version=2010-05-08"
print(program.signed(keys, "iam", "us-east-1", "GET", "iam.amazonaws.com", "/", query, headers, b"", now)["authorization"])
`;
  const { stdout } = spawnSync("python3", ["-B", "-c", code], { encoding: "utf8" });
  expect(stdout.trim()).toBe(
    "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, " +
      "SignedHeaders=content-type;host;x-amz-date, " +
      "Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7",
  );
});

describe("the text for the first start", () => {
  test("is the site's own and then the program, as a Python that parses it reads a message of two parts", () => {
    const code = `
import email, json, sys
parts = email.message_from_string(sys.stdin.read()).get_payload()
for part in parts: compile(part.get_payload(), part.get_filename(), "exec") if part.get_filename() == "zz-first-start" else None
print(json.dumps([[part.get_content_type(), part.get_filename(), part.get_payload().splitlines()[0]] for part in parts]))
`;
    const { stdout } = spawnSync("python3", ["-c", code], { input: startText("#cloud-config\n"), encoding: "utf8" });
    expect(JSON.parse(stdout)).toEqual([
      ["text/plain", "first-boot", "#cloud-config"],
      ["text/x-shellscript", "zz-first-start", "#!/usr/bin/python3"],
    ]);
  });

  test("has one place for what Terraform puts into it", () => {
    expect(startText(undefined).split(SETTINGS)).toHaveLength(2);
  });

  test("has room for the longest names that AWS gives, and 4 KiB of the site's own", () => {
    expect(() => checkStartText("shop/web", startText("#".repeat(4096)))).not.toThrow();
  });

  test("is refused with the bytes that it is too long by", () => {
    expect(() => checkStartText("shop/web", startText("#".repeat(16_384)))).toThrow(
      /^shop\/web: the site's userData and the program that starts a server are \d+ bytes over AWS's limit of 16384 together\./,
    );
  });
});
