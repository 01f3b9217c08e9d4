import type { IConstruct } from "constructs";
import { Fn } from "../cdktf";
import { Hive, type DeliveredFile } from "../stack/hive";
import { selfNamePlaceholder } from "../software/placeholders";
import type { Port, Software } from "../software/software";
import { BUNDLE_VERSION, type Bundle } from "./bundle";
import { packagesRequest, program } from "./preparation";

export interface BakedBundleProps {
  readonly group: string;
  /** For messages: `shop/web`. */
  readonly tier: string;
  /** The same for every server, with `selfAddressPlaceholder` for its address; asked when the stack is synthesized. */
  readonly software: () => readonly Software[];
  /** Terraform expressions of the secrets, by the names that placeholders use. */
  readonly secrets: () => Readonly<Record<string, string>>;
}

/**
 * A rollout for servers that nobody can push to: what each takes with it when it starts. The files are written beside
 * `cdk.tf.json`; the engine puts them where a starting server finds them, and the server runs
 *
 *     beehive-apply prepare PACKAGES
 *     beehive-apply apply --name NAME --address ADDRESS [--facts FACTS] BUNDLE [SECRETS]
 *
 * with its own name and private address. All is asked when the stack is synthesized, inside a `Lazy` value.
 */
export interface BakedBundle {
  /** `beehive-apply` itself; Python 3.11 or newer runs it. */
  readonly program: () => DeliveredFile;
  /** PACKAGES */
  readonly packages: () => DeliveredFile;
  /** BUNDLE. A new hash means that servers have to be replaced. */
  readonly bundle: () => DeliveredFile;
  /** FACTS: JSON as a Terraform expression; no secret. Undefined when the bundle names none. A change replaces servers, too. */
  readonly facts: () => string | undefined;
  /** SECRETS: JSON as a sensitive Terraform expression. It belongs in a store that only the servers can read, never in user data. */
  readonly secrets: () => string | undefined;
  /** What the servers listen on, and who may connect. */
  readonly ports: () => readonly Port[];
}

/** Bundles everything that a server which starts by itself needs. */
export function bakedBundle(scope: IConstruct, props: BakedBundleProps): BakedBundle {
  const hive = Hive.of(scope);
  const software = hive.remember(props.software);
  const bundle = hive.remember(() => {
    const content: Bundle = {
      version: BUNDLE_VERSION,
      group: props.group,
      tier: props.tier,
      machine: selfNamePlaceholder,
      software: software(),
      secrets: Object.keys(props.secrets()).sort(),
    };
    return JSON.stringify(content);
  });
  return {
    program: hive.addFile("beehive-apply", program),
    packages: hive.addFile(
      `${props.group}.packages`,
      hive.remember(() => packagesRequest(software())),
    ),
    bundle: hive.addFile(props.group, bundle),
    facts: () => hive.factsIn(bundle()),
    secrets: () => (Object.keys(props.secrets()).length === 0 ? undefined : Fn.jsonencode(props.secrets())),
    ports: () => software().flatMap((one) => one.ports),
  };
}
