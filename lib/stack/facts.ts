import type { IConstruct } from "constructs";
import { DefaultTokenResolver, Fn, StringConcat, Tokenization } from "../cdktf";
import { factTaken, unknownFact } from "./stack-errors";
import { asExpression } from "../core/expression";
import { factPlaceholder, replaceFacts } from "../software/placeholders";

/** Facts as Terraform delivers them. */
export interface DeliveredFacts {
  /** Expression of their JSON. */
  readonly json: string;
  /** Expression of its SHA-256. */
  readonly hash: string;
}

/**
 * What Terraform knows only when it applies and software has to know: addresses of servers that it makes, devices,
 * endpoints of managed services. Software holds a placeholder; rollouts deliver the values of those that it names.
 */
export class Facts {
  private readonly known = new Map<string, { readonly expression: string; readonly owner: string }>();
  private readonly tokens = new Map<string, string>();
  private readonly delivered = new Map<string, DeliveredFacts>();

  /** @param stack that the facts belong to. */
  constructor(private readonly stack: IConstruct) {}

  /** @returns what stands for the fact in software. */
  add(name: string, expression: string, owner: string): string {
    const known = this.known.get(name);
    if (known === undefined) this.known.set(name, { expression, owner });
    else if (this.written(known.expression) !== this.written(expression)) {
      throw factTaken(owner, name, this.written(expression), known.owner, this.written(known.expression));
    }
    return factPlaceholder(name);
  }

  expression(name: string): string {
    const fact = this.known.get(name);
    if (fact === undefined) throw unknownFact(this.stack.node.path, name, [...this.known.keys()]);
    return fact.expression;
  }

  /**
   * The facts of these names, as an expression of their JSON; undefined when there are none. The same facts give the same
   * expression: every token of cdktf takes a stack trace.
   */
  json(names: readonly string[]): string | undefined {
    if (names.length === 0) return undefined;
    const sorted = [...names].sort();
    const key = sorted.join("\n");
    const json =
      this.tokens.get(key) ??
      Fn.jsonencode(Object.fromEntries(sorted.map((name) => [name, asExpression(this.expression(name))])));
    this.tokens.set(key, json);
    return json;
  }

  /** The same as final texts, resolved once for all who get the same facts. Cross-stack references must be prepared by then. */
  deliver(names: readonly string[]): DeliveredFacts | undefined {
    const expression = this.json(names);
    if (expression === undefined) return undefined;
    const made = this.delivered.get(expression) ?? withHash(this.written(expression));
    this.delivered.set(expression, made);
    return made;
  }

  /** The text with expressions in the place of its facts. */
  fill(text: string): string {
    return replaceFacts(text, (name) => this.expression(name));
  }

  /** All expressions, for what has to know which stacks they come from. */
  get expressions(): string[] {
    return [...this.known.values()].map(({ expression }) => expression);
  }

  /** An expression as it will stand in the stack; two tokens of one attribute are different texts before that. */
  written(expression: string): string {
    const resolver = new DefaultTokenResolver(new StringConcat());
    return String(Tokenization.resolve(expression, { scope: this.stack, resolver }));
  }
}

/** As `Fn.sha256` writes it, which would resolve all of the facts once more. */
const withHash = (json: string): DeliveredFacts => ({
  json,
  hash: `\${sha256(${json.slice("${".length, -"}".length)})}`,
});
