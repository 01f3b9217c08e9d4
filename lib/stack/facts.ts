import type { IConstruct } from "constructs";
import { DefaultTokenResolver, Fn, StringConcat, Tokenization } from "../cdktf";
import { factTaken, unknownFact } from "../core/errors";
import { asExpression } from "../core/expression";
import { factNames, factPlaceholder, replaceFacts } from "../software/placeholders";

/**
 * What Terraform knows only when it applies and software has to know: addresses of servers that it makes, devices,
 * endpoints of managed services. Software holds a placeholder; rollouts deliver the values of those that it names.
 */
export class Facts {
  private readonly known = new Map<string, { readonly expression: string; readonly owner: string }>();
  private readonly delivered = new Map<string, string>();

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
   * The facts that a text names, as an expression of their JSON; undefined when it names none. The same facts give the same
   * expression: every token of cdktf takes a stack trace.
   */
  in(text: string, own?: string): string | undefined {
    const names = factNames(text)
      .filter((name) => factPlaceholder(name) !== own)
      .sort();
    if (names.length === 0) return undefined;
    const key = names.join("\n");
    const json =
      this.delivered.get(key) ??
      Fn.jsonencode(Object.fromEntries(names.map((name) => [name, asExpression(this.expression(name))])));
    this.delivered.set(key, json);
    return json;
  }

  /** The text with expressions in the place of its facts. */
  fill(text: string): string {
    return replaceFacts(text, (name) => this.expression(name));
  }

  /** An expression as it will stand in the stack; two tokens of one attribute are different texts before that. */
  private written(expression: string): string {
    const resolver = new DefaultTokenResolver(new StringConcat());
    return String(Tokenization.resolve(expression, { scope: this.stack, resolver }));
  }
}
