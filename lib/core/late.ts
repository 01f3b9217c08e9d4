import { dependable, Token, type IResolvable, type ITerraformDependable } from "../cdktf";

/**
 * Values that are known when the stack is synthesized. cdktf's `Lazy` and `dependsOn` do the same and keep a whole stack trace for
 * each: with 1,000 machines that was half of the memory.
 */
export function late<T>(produce: () => T): IResolvable {
  return { creationStack: [], resolve: produce, toString: () => "a value that is known when the stack is synthesized" };
}

/** @see late */
export const lateText = (produce: () => string | undefined): string => Token.asString(late(produce));

/** @see late */
export const lateList = (produce: () => readonly string[]): string[] => Token.asList(late(produce));

const names = new WeakMap<ITerraformDependable, string>();

/** For a resource's `dependsOn`: the same text for all who depend on the same. */
export function dependencyName(dependency: ITerraformDependable): string {
  const name = names.get(dependency) ?? dependable(dependency);
  names.set(dependency, name);
  return name;
}
