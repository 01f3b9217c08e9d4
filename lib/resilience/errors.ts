/** The input cannot be analysed. Every issue names the place, the value, what is allowed there and the fix. */
export class InvalidModelError extends Error {
  constructor(
    what: string,
    /** One sentence for each problem. */
    readonly issues: readonly string[],
  ) {
    const shown = issues.slice(0, 10).map((issue) => `  ${issue}`);
    const rest = issues.length > 10 ? [`  … and ${issues.length - 10} more`] : [];
    super([`${what} is not valid:`, ...shown, ...rest].join("\n"));
    this.name = "InvalidModelError";
  }
}

/** A decision diagram outgrew its budget of nodes. Callers catch it and answer with bounds instead. */
export class NodeBudgetError extends Error {
  constructor(/** The number of nodes that was allowed. */ readonly budget: number) {
    super(`the decision diagram needs more than ${budget.toLocaleString("en-US")} nodes`);
    this.name = "NodeBudgetError";
  }
}

/** The question has no answer for this kind of model, for example minimal cut sets of a model with NOT. */
export class UnsupportedQuestionError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "UnsupportedQuestionError";
  }
}
