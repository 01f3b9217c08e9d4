import type { XmlElement } from "@rgrove/parse-xml";
import { MAX_DEPTH } from "./circuit";
import { withCommonCauses } from "./common-cause";
import type { CommonCauseGroup } from "./common-cause";
import type { Range } from "./estimate";
import type { BasicEvent, FaultModel, Formula } from "./model";
import { evaluateExpression } from "./open-psa-expression";
import { contentOf, XmlFile } from "./open-psa-xml";

/** What a file in the Open-PSA format leaves open. */
export interface OpenPsaOptions {
  /** For error messages. @default "model.xml" */
  readonly file?: string;
  /** The gate whose probability is wanted. @default the only gate that no other gate refers to */
  readonly top?: string;
  /** Hours, for `<system-mission-time/>`. @default - a file that uses it is refused */
  readonly missionTime?: number;
  /** For basic events without an expression. @default refused */
  readonly defaultProbability?: number;
}

interface Definition {
  readonly element: XmlElement;
  /** Names of the fault tree and the components around it. */
  readonly path: readonly string[];
}

type Kind = "gate" | "basic-event" | "house-event" | "parameter";

/**
 * Reads a fault tree in the Open-PSA model exchange format (version 2.0d and 3): fault trees, components, gates with
 * nested formulas, basic events with expressions, house events, parameters, beta-factor groups. What it does not
 * understand it refuses, with line and column; event trees and alignments are not read.
 *
 * @throws ModelFileError, InvalidModelError
 */
export function readOpenPsa(xml: string, options: OpenPsaOptions = {}): FaultModel {
  if (typeof xml !== "string") throw new TypeError("readOpenPsa takes the text of the file, not its name or bytes");
  const file = new XmlFile(xml, options.file ?? "model.xml");
  if (file.root.name !== "opsa-mef" && file.root.name !== "open-psa") {
    throw file.error(file.root, `<${file.root.name}> is not an Open-PSA model; it begins with <opsa-mef>.`);
  }
  const definitions = new Definitions(file);
  const groups: XmlElement[] = [];
  collect(file, file.root, [], definitions, groups);
  // A group defines its members; some files define them a second time, without an expression.
  groups.forEach((group) => membersOf(file, group).forEach((member) => definitions.addMember(member)));

  const events: Record<string, BasicEvent> = {};
  const gates: Record<string, Formula> = {};
  const probability = (at: XmlElement, expression: XmlElement, path: readonly string[]): BasicEvent => {
    const scope = {
      missionTime: options.missionTime,
      parameter: (reference: XmlElement) => {
        const found = definitions.find(reference, ["parameter"], path);
        return { key: found.name, expression: file.only(found.definition.element) };
      },
    };
    const { low, likely, high } = evaluateExpression(file, expression, scope);
    if (!(likely >= 0 && likely <= 1)) throw file.error(at, `its probability is ${likely}; allowed are 0 to 1.`);
    const within = ({ low, likely, high }: Range): BasicEvent => ({
      probability: [Math.min(likely, Math.max(0, low)), likely, Math.max(likely, Math.min(1, high))],
    });
    return within({ low, likely, high });
  };

  for (const { name, definition, kind } of definitions.all()) {
    const { element, path } = definition;
    if (kind === "gate") gates[name] = formula(file, file.only(element), path, definitions);
    else if (kind === "house-event") gates[name] = constant(file, file.only(element));
    else if (kind === "basic-event") {
      const [expression] = contentOf(element);
      if (expression) events[name] = probability(element, expression, path);
      else if (definitions.isMember(name)) events[name] = { probability: 0 };
      else if (options.defaultProbability !== undefined) events[name] = { probability: options.defaultProbability };
      else
        throw file.error(
          element,
          `the basic event "${name}" has no probability; write <float value="…"/> in it or give the option defaultProbability.`,
        );
    }
  }

  const commonCauses = groups.map((group): CommonCauseGroup => {
    const parts = new Map(contentOf(group).map((part) => [part.name, part]));
    const [distribution, factor] = ["distribution", "factor"].map((part) => {
      const found = parts.get(part) ?? (part === "factor" ? contentOf(parts.get("factors") ?? group)[0] : undefined);
      if (!found) throw file.error(group, `the group has no <${part}>.`);
      return found;
    }) as [XmlElement, XmlElement];
    const names = membersOf(file, group).map((member) => file.attribute(member, "name"));
    const each = probability(distribution, file.only(distribution), []);
    names.forEach((name) => (events[name] = each));
    const [, beta] = probability(factor, file.only(factor), []).probability as [number, number, number];
    return { name: file.attribute(group, "name"), members: names, beta };
  });

  refuseCycles(file, definitions, gates);
  const { top = onlyRoot(file, definitions, gates) } = options;
  if (!Object.hasOwn(gates, top) && !Object.hasOwn(events, top))
    throw file.error(file.root, `the option top is "${top}", and no gate or event has this name.`);
  const model = { events, gates, top };
  return commonCauses.length > 0 ? withCommonCauses(model, commonCauses) : model;
}

/** Names are public unless a role says otherwise; private ones are known by their path: `tree.component.name`. */
class Definitions {
  private readonly byName = new Map<string, { readonly kind: Kind; readonly definition: Definition }>();
  private readonly members = new Set<string>();

  constructor(private readonly file: XmlFile) {}

  add(kind: Kind, element: XmlElement, path: readonly string[], isPrivate: boolean): void {
    const own = this.file.attribute(element, "name");
    const name = isPrivate ? [...path, own].join(".") : own;
    // Parameters and events may have the same name; events and gates may not.
    const key = kind === "parameter" ? `parameter ${name}` : name;
    if (this.byName.has(key)) throw this.file.error(element, `"${name}" is defined twice; names are unique.`);
    this.byName.set(key, { kind, definition: { element, path } });
  }

  /** From the innermost component outwards, then the public names. */
  find(reference: XmlElement, kinds: readonly Kind[], path: readonly string[]) {
    const own = this.file.attribute(reference, "name");
    for (let depth = path.length; depth >= 0; depth--) {
      const name = [...path.slice(0, depth), own].join(".");
      const found = this.byName.get(kinds[0] === "parameter" ? `parameter ${name}` : name);
      if (found && kinds.includes(found.kind)) return { name, ...found };
    }
    throw this.file.error(reference, `the ${kinds.join(" or ")} "${own}" is not defined.`);
  }

  *all() {
    for (const [key, value] of this.byName) yield { name: key.replace(/^parameter /, ""), ...value };
  }

  addMember(member: XmlElement): void {
    const name = this.file.attribute(member, "name");
    if (this.members.has(name)) throw this.file.error(member, `"${name}" is a member of two groups, or of one twice.`);
    this.members.add(name);
    const known = this.byName.get(name);
    if (!known) this.add("basic-event", member, [], false);
    else if (known.kind !== "basic-event")
      throw this.file.error(member, `"${name}" is a ${known.kind}; members are basic events.`);
  }

  isMember(name: string): boolean {
    return this.members.has(name);
  }

  elementOf(name: string): XmlElement {
    return this.byName.get(name)!.definition.element;
  }
}

function membersOf(file: XmlFile, group: XmlElement): XmlElement[] {
  const members = contentOf(group).find((part) => part.name === "members");
  if (!members) throw file.error(group, "the group has no <members>.");
  const all = contentOf(members);
  if (all.length < 2)
    throw file.error(members, `the group has ${all.length} members; a common cause needs two or more.`);
  return all;
}

const KINDS: Readonly<Record<string, Kind>> = {
  "define-gate": "gate",
  "define-basic-event": "basic-event",
  "define-house-event": "house-event",
  "define-parameter": "parameter",
};

function collect(
  file: XmlFile,
  within: XmlElement,
  path: readonly string[],
  into: Definitions,
  groups: XmlElement[],
  privately = false,
): void {
  for (const element of contentOf(within)) {
    const role = element.attributes["role"];
    const isPrivate = role === undefined ? privately : role === "private";
    const kind = KINDS[element.name];
    if (kind) into.add(kind, element, path, isPrivate);
    else if (element.name === "model-data") collect(file, element, path, into, groups);
    else if (element.name === "define-fault-tree" || element.name === "define-component") {
      collect(file, element, [...path, file.attribute(element, "name")], into, groups, isPrivate);
    } else if (element.name === "define-CCF-group") {
      const model = file.attribute(element, "model");
      if (model !== "beta-factor")
        throw file.error(element, `the model "${model}" is not supported; supported is beta-factor.`);
      groups.push(element);
    } else {
      throw file.error(
        element,
        `<${element.name}> is not supported; supported are fault trees, components, gates, basic and house events, parameters and beta-factor groups.`,
      );
    }
  }
}

function constant(file: XmlFile, element: XmlElement): boolean {
  const value = element.name === "constant" ? file.attribute(element, "value") : element.name;
  if (value !== "true" && value !== "false")
    throw file.error(element, `"${value}" is no constant; allowed are true and false.`);
  return value === "true";
}

function formula(file: XmlFile, at: XmlElement, path: readonly string[], definitions: Definitions): Formula {
  const parts = (least = 1, most = Infinity): Formula[] => {
    const elements = contentOf(at);
    if (elements.length < least || elements.length > most) {
      throw file.error(
        at,
        `<${at.name}> has ${elements.length} arguments; it needs ${most === least ? least : `${least} or more`}.`,
      );
    }
    return elements.map((element) => formula(file, element, path, definitions));
  };
  const threshold = (name: string, all: readonly Formula[]): number => {
    const value = file.number(at, name);
    if (!Number.isInteger(value) || value < 0 || value > all.length) {
      throw file.error(
        at,
        `${name} is ${value} of ${all.length} arguments; allowed is a whole number from 0 to ${all.length}.`,
      );
    }
    return value;
  };
  const atLeast = (k: number, of: readonly Formula[]): Formula =>
    k === 0 ? true : k > of.length ? false : { atLeast: k, of };

  switch (at.name) {
    case "gate":
    case "basic-event":
    case "house-event":
      return definitions.find(at, [at.name], path).name;
    case "event":
      return definitions.find(
        at,
        (at.attributes["type"] as Kind | undefined)
          ? [at.attributes["type"] as Kind]
          : ["gate", "basic-event", "house-event"],
        path,
      ).name;
    case "constant":
      return constant(file, at);
    case "and":
      return { and: parts() };
    case "or":
      return { or: parts() };
    case "xor":
      return { xor: parts(2) };
    case "not":
      return { not: parts(1, 1)[0]! };
    case "nand":
      return { not: { and: parts() } };
    case "nor":
      return { not: { or: parts() } };
    case "iff":
      return { not: { xor: parts(2, 2) } };
    case "imply": {
      const [premise, conclusion] = parts(2, 2) as [Formula, Formula];
      return { or: [{ not: premise }, conclusion] };
    }
    case "atleast": {
      const of = parts();
      return atLeast(threshold("min", of), of);
    }
    case "cardinality": {
      const of = parts();
      const [min, max] = [threshold("min", of), threshold("max", of)];
      if (min > max) throw file.error(at, `min is ${min} and max is ${max}; min may not be above max.`);
      return { and: [atLeast(min, of), { not: atLeast(max + 1, of) }] };
    }
    default:
      throw file.error(
        at,
        `<${at.name}> is not supported in a formula; supported are and, or, not, xor, nand, nor, iff, imply, atleast, cardinality, gate, basic-event, house-event, event and constant.`,
      );
  }
}

/** Here and not when the model is compiled, because only here lines are known. */
function refuseCycles(file: XmlFile, definitions: Definitions, gates: Readonly<Record<string, Formula>>): void {
  const done = new Set<string>();
  const open: string[] = [];
  const visit = (name: string): void => {
    if (done.has(name) || !Object.hasOwn(gates, name)) return;
    const at = definitions.elementOf(name);
    if (open.includes(name)) {
      const circle = [...open.slice(open.indexOf(name)), name].join(" -> ");
      throw file.error(at, `the gate "${name}" needs itself (${circle}). Remove one of these references.`);
    }
    if (open.length === MAX_DEPTH)
      throw file.error(at, `"${name}" is below ${MAX_DEPTH} other gates; allowed are fewer.`);
    open.push(name);
    namesIn(gates[name]!).forEach(visit);
    open.pop();
    done.add(name);
  };
  Object.keys(gates).forEach(visit);
}

/** Gates and events that a formula names. */
function namesIn(formula: Formula): string[] {
  if (typeof formula === "string") return [formula];
  if (typeof formula === "boolean") return [];
  return Object.values(formula)
    .flat()
    .flatMap((inner: Formula | number) => (typeof inner === "number" ? [] : namesIn(inner)));
}

function onlyRoot(file: XmlFile, definitions: Definitions, gates: Readonly<Record<string, Formula>>): string {
  const used = new Set(Object.values(gates).flatMap(namesIn));
  const all = [...definitions.all()].filter(({ kind }) => kind === "gate").map(({ name }) => name);
  const roots = all.filter((name) => !used.has(name));
  if (roots.length === 1) return roots[0]!;
  const found =
    all.length === 0 ? "it has no gate" : `${roots.length} gates could be it (${roots.slice(0, 5).join(", ")})`;
  throw file.error(file.root, `which gate is the top is not clear: ${found}. Give the option top.`);
}
