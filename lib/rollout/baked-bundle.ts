import type { IConstruct } from "constructs";
import { Fn } from "../cdktf";
import type { BakedBundle } from "../contracts/baked-bundle";
import { Hive } from "../stack/hive";
import { factNames, selfNamePlaceholder } from "../software/placeholders";
import type { Software } from "../software/software";
import { BUNDLE_VERSION, type Bundle } from "./bundle";
import { bakedProgram } from "./machine-program";
import { packagesRequest } from "./preparation";

export interface BakedBundleProps {
  readonly instance: string;
  /** For messages: `shop/web`. */
  readonly tier: string;
  /** The same for every server, with `selfAddressPlaceholder` for its address; evaluated when the stack is synthesized. */
  readonly software: () => readonly Software[];
  /** Terraform expressions of the secrets, by the names that placeholders use. */
  readonly secrets: () => Readonly<Record<string, string>>;
}

/** Bundles everything that a server which starts by itself needs. */
export function bakedBundle(scope: IConstruct, props: BakedBundleProps): BakedBundle {
  const hive = Hive.of(scope);
  const software = hive.rendered(props.software);
  const bundle = hive.rendered(() => {
    const content: Bundle = {
      version: BUNDLE_VERSION,
      group: props.instance,
      tier: props.tier,
      machine: selfNamePlaceholder,
      software: software(),
      secrets: Object.keys(props.secrets()).sort(),
    };
    return JSON.stringify(content);
  });
  return {
    program: hive.addFile("beehive-apply", bakedProgram),
    packages: hive.addFile(
      `${props.instance}.packages`,
      hive.rendered(() => packagesRequest(software())),
    ),
    bundle: hive.addFile(props.instance, bundle),
    facts: () => hive.factsJson(factNames(bundle())),
    secrets: () => (Object.keys(props.secrets()).length === 0 ? undefined : Fn.jsonencode(props.secrets())),
    ports: () => software().flatMap((one) => one.ports),
  };
}
