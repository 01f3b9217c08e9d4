import type { z } from "../core/zod";

type Plain<T> = T extends object ? { readonly [K in keyof T]: Plain<T[K]> } : T;

/** Whether two types are the same, `?` included; `extends` both ways would let a missing optional member pass. */
type Same<A, B> = (<T>() => T extends Plain<A> ? 1 : 2) extends <T>() => T extends Plain<B> ? 1 : 2 ? true : false;

/** Names of members that are not the same in both. */
type Different<A, B> = {
  [K in keyof A | keyof B]: K extends keyof A & keyof B ? (Same<Pick<A, K>, Pick<B, K>> extends true ? never : K) : K;
}[keyof A | keyof B];

/**
 * Passes on a schema that reads exactly the members of a documented type; another does not compile, and the compiler names
 * the members that differ. `readonly` aside, which a schema does not know.
 */
export const agrees =
  <T>() =>
  <S extends z.ZodType>(schema: Same<T, z.infer<S>> extends true ? S : { differs: Different<T, z.infer<S>> }): S =>
    schema as S;
