import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { z } from "../core/zod";
import { MANIFEST_FILE } from "../manifest/format";
import type { Manifest } from "../manifest/manifest";
import { upgraded } from "../manifest/version-2";
import { manifestSchema } from "../manifest/manifest-schema";
import { CommandError, ExitCode } from "./exit-code";
import { type ProgramResult, runProgram } from "./run-program";
import { CDKTF_FILE } from "./synthesized-tasks";

export interface CdktfProjectProps {
  /** The folder with `cdktf.json`. */
  readonly directory: string;
  /** Where to write what is synthesized. */
  readonly output: string;
  /** Terraform's state file; kept out of the project's folder, because the machines of a lab do not live long. */
  readonly stateFile: string;
  /** Added to the environment of this process. */
  readonly environment: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

/** What one stack was synthesized to. */
export interface SynthesizedStack {
  readonly manifest: Manifest;
  /** Names of the variables that are marked sensitive and have no default: the caller has to give them. */
  readonly secrets: readonly string[];
  /** Number of resources by type. */
  readonly resources: Readonly<Record<string, number>>;
  /** Of `cdk.tf.json`. */
  readonly bytes: number;
}

const terraformSchema = z.object({
  resource: z.record(z.string(), z.record(z.string(), z.unknown())).optional(),
  variable: z
    .record(z.string(), z.object({ sensitive: z.boolean().optional(), default: z.unknown().optional() }))
    .optional(),
});

type OnLine = (line: string) => void;

/** A cdktf program, driven through the real `cdktf` command. */
export class CdktfProject {
  private readonly cli: string;
  private environment: NodeJS.ProcessEnv;

  /** @throws CommandError when the folder is no cdktf project, or cdktf-cli is not installed */
  constructor(private readonly props: CdktfProjectProps) {
    if (!existsSync(path.join(props.directory, "cdktf.json"))) {
      throw new CommandError(
        `--example is "${props.directory}", which has no cdktf.json; give the folder of a cdktf program, such as examples/shop-on-hosts.`,
        ExitCode.usage,
      );
    }
    this.cli = findCdktf(props.directory);
    this.environment = cleanEnvironment({
      ...props.environment,
      // A partial configuration at init wins over the path that cdktf synthesized.
      TF_CLI_ARGS_init: `-backend-config=path=${props.stateFile}`,
    });
  }

  addSecrets(secrets: Readonly<Record<string, string>>): void {
    this.environment = { ...this.environment, ...secrets };
  }

  /** @param stack which one, when the program has several with a manifest */
  async synth(stack?: string, onLine?: OnLine): Promise<SynthesizedStack> {
    await this.cdktf(["synth", "--output", this.props.output], "cdktf synth", onLine);
    return readStack(this.props.output, stack);
  }

  async deploy(stack: string, onLine?: OnLine): Promise<void> {
    await this.cdktf(
      ["deploy", stack, "--auto-approve", "--output", this.props.output],
      `cdktf deploy ${stack}`,
      onLine,
    );
  }

  /** @returns whether a deploy would change something */
  async hasChanges(stack: string, onLine?: OnLine): Promise<boolean> {
    const { output } = await this.cdktf(["diff", stack, "--output", this.props.output], `cdktf diff ${stack}`, onLine);
    return !/\bNo changes\b/.test(output);
  }

  private async cdktf(args: readonly string[], command: string, onLine?: OnLine): Promise<ProgramResult> {
    const { directory, signal } = this.props;
    const result = await runProgram(process.execPath, [this.cli, ...args], {
      directory,
      environment: this.environment,
      onLine,
      signal,
    });
    if (result.status === 0) return result;
    throw new CommandError(
      `${command} in ${directory} ended with ${result.status}:\n${tail(result.output)}`,
      command.startsWith("cdktf synth") ? ExitCode.usage : ExitCode.broken,
    );
  }
}

/** The program's own cdktf-cli, else the one that stands beside this library. */
function findCdktf(directory: string): string {
  for (const from of [path.join(directory, "package.json"), __filename]) {
    try {
      const manifest = createRequire(from).resolve("cdktf-cli/package.json");
      return path.join(path.dirname(manifest), "bundle", "bin", "cdktf");
    } catch {
      continue;
    }
  }
  throw new CommandError(
    `cdktf-cli is not installed in ${directory}; run: npm install --save-dev cdktf-cli`,
    ExitCode.environment,
  );
}

/** No call home, no questions, no colours; and no configuration file that is not there, which cdktf reports as an error. */
function cleanEnvironment(added: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  const environment: NodeJS.ProcessEnv = {
    ...process.env,
    CHECKPOINT_DISABLE: "1",
    CI: "true",
    NO_COLOR: "1",
    FORCE_COLOR: "0",
    TF_IN_AUTOMATION: "1",
    ...added,
  };
  const { TF_CLI_CONFIG_FILE: configuration } = environment;
  if (configuration !== undefined && !existsSync(configuration)) delete environment.TF_CLI_CONFIG_FILE;
  return environment;
}

async function readStack(output: string, wanted?: string): Promise<SynthesizedStack> {
  const stacks = path.join(output, "stacks");
  const names = (await readdir(stacks)).filter((name) => existsSync(path.join(stacks, name, MANIFEST_FILE))).sort();
  if (names.length === 0) {
    throw new CommandError(
      `the program synthesizes no ${MANIFEST_FILE}, so that it has no machines; put a site and tiers of cdktf-beehive into a stack.`,
      ExitCode.usage,
    );
  }
  const name = wanted ?? (names.length === 1 ? names[0] : undefined);
  if (name === undefined || !names.includes(name)) {
    const problem =
      wanted === undefined
        ? `the program has ${names.length} stacks with machines`
        : `--stack is "${wanted}", which is no stack with machines`;
    throw new CommandError(`${problem}; they are: ${names.join(", ")}. Choose one with --stack.`, ExitCode.usage);
  }
  const terraformText = await readFile(path.join(stacks, name, CDKTF_FILE), "utf8");
  const terraform = terraformSchema.parse(JSON.parse(terraformText));
  return {
    manifest: manifestSchema.parse(
      upgraded(JSON.parse(await readFile(path.join(stacks, name, MANIFEST_FILE), "utf8"))),
    ),
    secrets: Object.entries(terraform.variable ?? {}).flatMap(([variable, { sensitive, default: value }]) =>
      sensitive === true && value === undefined ? [variable] : [],
    ),
    resources: Object.fromEntries(
      Object.entries(terraform.resource ?? {}).map(([type, all]) => [type, Object.keys(all).length]),
    ),
    bytes: Buffer.byteLength(terraformText),
  };
}

/** The part of the output that holds the error: Terraform frames it, and cdktf repeats it at the end. */
function tail(output: string): string {
  return output
    .split("\n")
    .filter((line) => line.trim() !== "")
    .slice(-25)
    .map((line) => `  ${line}`)
    .join("\n");
}
