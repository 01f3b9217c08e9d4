import type { XmlElement } from "@rgrove/parse-xml";
import { parseXml, XmlElement as Element, XmlError } from "@rgrove/parse-xml";

/** An error in a model file, with the place: `model.xml:12:5: …`. Lines and columns begin at 1. */
export class ModelFileError extends Error {
  constructor(
    /** Name of the file. */
    readonly file: string,
    /** Line of the problem, from 1. */
    readonly line: number,
    /** Column of the problem, from 1. */
    readonly column: number,
    /** What is wrong, without the place. */
    readonly reason: string,
  ) {
    super(`${file}:${line}:${column}: ${reason}`);
    this.name = "ModelFileError";
  }
}

/** Reading goes down by calls within calls, and so does the analysis afterwards. */
const MAX_NESTING = 300;

/** Where the text opens too many elements within each other. Comments, CDATA and declarations open none. */
function tooDeepAt(text: string): number | undefined {
  let depth = 0;
  for (const tag of text.matchAll(/<!--[^]*?-->|<!\[CDATA\[[^]*?\]\]>|<[!?][^>]*>|<(\/?)[^>]*?(\/?)>/g)) {
    if (tag[1] === undefined) continue;
    if (tag[1] === "/") depth--;
    else if (tag[2] === "" && ++depth > MAX_NESTING) return tag.index;
  }
  return undefined;
}

/** A parsed file that knows where its elements stand. */
export class XmlFile {
  readonly root: XmlElement;

  /** @throws ModelFileError when the text is not well-formed. */
  constructor(
    private readonly text: string,
    private readonly name: string,
  ) {
    const tooDeep = tooDeepAt(text);
    if (tooDeep !== undefined) {
      const before = text.slice(0, tooDeep).split("\n");
      throw new ModelFileError(
        name,
        before.length,
        before.at(-1)!.length + 1,
        `more than ${MAX_NESTING} elements within each other; define inner formulas as gates of their own.`,
      );
    }
    try {
      this.root = parseXml(text, { includeOffsets: true }).root!;
    } catch (error) {
      if (!(error instanceof XmlError)) throw error;
      throw new ModelFileError(name, error.line, error.column, `not well-formed XML: ${firstLine(error.message)}`);
    }
  }

  error(at: XmlElement, reason: string): ModelFileError {
    const before = this.text.slice(0, at.start).split("\n");
    return new ModelFileError(this.name, before.length, before.at(-1)!.length + 1, reason);
  }

  attribute(of: XmlElement, name: string): string {
    const value = of.attributes[name];
    if (value === undefined) throw this.error(of, `<${of.name}> has no ${name}; write <${of.name} ${name}="…">.`);
    return value;
  }

  number(of: XmlElement, name: string): number {
    const text = this.attribute(of, name);
    const value = Number(text);
    if (text.trim() === "" || !Number.isFinite(value))
      throw this.error(of, `${name} is "${text}"; allowed is a number.`);
    return value;
  }

  /** The one element inside, labels and attributes apart. */
  only(of: XmlElement): XmlElement {
    const [first, ...others] = contentOf(of);
    if (!first) throw this.error(of, `<${of.name}> is empty.`);
    if (others.length > 0) throw this.error(others[0]!, `<${of.name}> holds more than one element.`);
    return first;
  }
}

/** The elements inside that say something: no label, no attributes. */
export function contentOf(element: XmlElement): XmlElement[] {
  return element.children.filter(
    (child): child is XmlElement => child instanceof Element && child.name !== "label" && child.name !== "attributes",
  );
}

/** The parser's message goes on with an excerpt of the file; its place is in our own message already. */
function firstLine(message: string): string {
  return message.split("\n")[0]!.replace(/ \(line \d+, column \d+\)$/, "");
}
