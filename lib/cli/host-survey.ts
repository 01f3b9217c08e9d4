import { spawn } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { z } from "../core/zod";
import { UNKNOWN_HOST_KEY } from "../manifest/format";
import type { HostAccess } from "./host-access";
import { knownHostsIn, shellWord, sshCommand, type ServerLogin } from "./ssh-command";

/** Something that is in the way, and what to do. */
export interface HostProblem {
  /** A word or two: `nginx.service`, `port 80/tcp`, `clock`. */
  readonly about: string;
  readonly found: string;
  readonly fix: string;
}

const problemSchema = z.looseObject({ about: z.string(), found: z.string(), fix: z.string() });
const factsSchema = z.object({
  distribution: z.object({ id: z.string(), version: z.string(), name: z.string() }),
  disk: z.object({ free: z.number(), folder: z.string() }),
  memory: z.number(),
  processors: z.number(),
  timeSync: z.union([z.boolean(), z.string()]),
  addresses: z.array(z.string()),
  ipv6: z.array(z.string()),
  locale: z.string(),
  python: z.string(),
  /** Who answers at a virtual address: its MAC address. */
  neighbours: z.record(z.string(), z.string()),
});
const answerSchema = z.object({ facts: factsSchema, problems: z.array(problemSchema), taking: z.array(z.string()) });

export type HostFacts = z.infer<typeof factsSchema>;

/** What one host says. */
export interface HostSurvey {
  readonly name: string;
  readonly problems: readonly HostProblem[];
  /** @default - it could not be asked */
  readonly facts?: HostFacts;
  /** Seconds by which its clock is ahead of this computer's, and how far that can be wrong. */
  readonly clock?: { readonly offset: number; readonly uncertainty: number };
  /** Units that a deploy stops, as the program allows. */
  readonly taking: readonly string[];
}

const BEGIN = "beehive-begin";
const PATIENCE_MILLIS = 120_000;

/**
 * Asks a host by SSH, with the program that a deploy would bring, from its standard input: nothing is written there.
 *
 * @param virtual addresses of which it tells who answers at them
 */
export async function surveyHost(access: HostAccess, virtual: readonly string[]): Promise<HostSurvey> {
  const said = await converse(access, virtual);
  const { name, address, sshPort, login } = access;
  const problems: HostProblem[] = [];
  if (login.bastion && isStranger(login.bastion)) problems.push(stranger(login.bastion.host, login.bastion.port));
  if (isStranger(login)) problems.push(stranger(address, sshPort));
  const survey = { name, problems, taking: [], clock: said.clock };
  if (said.greeting === undefined) {
    const why = said.error || `no answer within ${PATIENCE_MILLIS / 1000} s`;
    problems.push({
      about: "ssh",
      found: `SSH does not get in as ${login.user}@${address} port ${sshPort}: ${why}`,
      fix: "Correct address, ssh.user, ssh.port or ssh.privateKeyFile of the host, or let the key in",
    });
    return survey;
  }
  if (said.greeting.trim() !== "") {
    const [line] = said.greeting.trim().split("\n");
    problems.push({
      about: "shell",
      found: `the shell of ${login.user} prints text before commands (${JSON.stringify(line!.slice(0, 60))}), which uploads take for their own`,
      fix: "Guard it in the shell's start file (~/.bashrc): case $- in *i*) ... ;; esac, so that it is for people only",
    });
  }
  if (said.state === "no sudo") {
    problems.push({
      about: "sudo",
      found: `sudo asks ${login.user} for a password, or refuses; nobody is there to type it`,
      fix: `As root on the host: echo '${login.user} ALL=(ALL) NOPASSWD: ALL' > /etc/sudoers.d/${login.user} && chmod 440 /etc/sudoers.d/${login.user}`,
    });
    return survey;
  }
  if (said.state === "no python") {
    problems.push({
      about: "python3",
      found: "it has no python3, so that nothing more can be asked; a deploy installs it",
      fix: "As root on the host: apt-get install --no-install-recommends python3, then check again",
    });
    return survey;
  }
  const answer = answerSchema.safeParse(jsonOf(said.rest));
  if (!answer.success) {
    const why = said.error || said.rest.trim().split("\n").at(-1) || "it said nothing";
    problems.push({ about: "survey", found: `the survey did not end: ${why}`, fix: "Look at it on the host" });
    return survey;
  }
  problems.push(...answer.data.problems.map(({ about, found, fix }) => ({ about, found, fix })));
  return { ...survey, facts: answer.data.facts, taking: answer.data.taking };
}

const isStranger = ({ hostKey }: ServerLogin): boolean => hostKey === UNKNOWN_HOST_KEY;

/** Nothing that is sent to it is secret, so that it is asked all the same. */
const whoeverAnswers = <T extends ServerLogin>(server: T): T =>
  isStranger(server) ? { ...server, hostKey: undefined } : server;

function stranger(host: string, port: number): HostProblem {
  const scan = `ssh-keyscan ${port === 22 ? "" : `-p ${port} `}${host} >> ~/.ssh/known_hosts`;
  return {
    about: "host key",
    found: `nobody knows the SSH host key of ${host}${port === 22 ? "" : ` port ${port}`}, so that a deploy is refused`,
    fix: `Record it (${scan}), compare it with ssh-keygen -lf on the machine, and run cdktf synth again`,
  };
}

interface Conversation {
  /** What came before the first word that was asked for. @default - there was no shell */
  readonly greeting?: string;
  readonly clock?: { readonly offset: number; readonly uncertainty: number };
  readonly state?: string;
  readonly rest: string;
  readonly error: string;
}

/** Tells its clock as soon as it is asked, then what is missing, or the survey. */
function script({ login, privateAddress, request }: HostAccess, virtual: readonly string[]): string {
  const asked = { ...JSON.parse(request.replaceAll("{{beehive:self:address}}", privateAddress)), virtual };
  const sudo = login.user === "root" ? "" : "sudo -n ";
  const lines = [
    `echo ${BEGIN}`,
    "read -r go",
    "date +%s.%N",
    ...(sudo === "" ? [] : ["sudo -n true 2>/dev/null || { echo no sudo; exit 0; }"]),
    "command -v python3 >/dev/null || { echo no python; exit 0; }",
    "echo survey",
    `exec ${sudo}python3 -X utf8 - survey ${Buffer.from(JSON.stringify(asked)).toString("base64")}`,
  ];
  // Whatever shell the account has: one word for it, and a POSIX shell for the rest.
  return `exec sh -c ${shellWord(lines.join("; "))}`;
}

function converse(access: HostAccess, virtual: readonly string[]): Promise<Conversation> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "beehive-check-hosts-"));
  const { bastion, ...own } = access.login;
  const login = { ...whoeverAnswers(own), ...(bastion && { bastion: whoeverAnswers(bastion) }) };
  const [ssh, ...words] = sshCommand(access, login, script(access, virtual), knownHostsIn(folder), access.timeout);
  return new Promise((resolve) => {
    const child = spawn(ssh!, words, {
      env: process.env,
      stdio: ["pipe", "pipe", "pipe"],
    });
    let [out, error, asked, sent] = ["", "", 0, false];
    let clock: Conversation["clock"];
    const timer = setTimeout(() => child.kill(), PATIENCE_MILLIS);
    child.stdin.on("error", () => undefined);
    child.stderr.setEncoding("utf8").on("data", (text: string) => (error += text));
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      out += text;
      const after = out.split(`${BEGIN}\n`)[1];
      if (after === undefined) return;
      if (asked === 0) {
        asked = Date.now();
        child.stdin.write("go\n");
      }
      if (sent || !after.includes("\n")) return;
      const answered = Date.now();
      const [there] = after.split("\n");
      clock = { offset: Number(there) - (asked + answered) / 2000, uncertainty: (answered - asked) / 2000 };
      sent = true;
      child.stdin.end(access.program);
    });
    const end = (failure?: string): void => {
      clearTimeout(timer);
      fs.rmSync(folder, { recursive: true, force: true });
      const [greeting, after] = out.split(`${BEGIN}\n`);
      const [, state, ...rest] = (after ?? "").split("\n");
      resolve({
        ...(after !== undefined && { greeting }),
        clock,
        state,
        rest: rest.join("\n"),
        error: failure ?? error.trim().split("\n").at(-1) ?? "",
      });
    };
    child.on("error", ({ message }) => end(`ssh cannot be started (${message})`));
    child.on("close", () => end());
  });
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text.trim().split("\n").at(-1) ?? "");
  } catch {
    return undefined;
  }
}
