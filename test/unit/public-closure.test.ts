import { entryPoints } from "../support/public-api";
import { hiddenNames } from "../support/public-closure";

const PLANTED = "test/unit/planted.ts";

test("whatever a public type names is exported by an entry point, so that a program can name it, too", () => {
  expect(hiddenNames(entryPoints())).toEqual([]);
});

test("a hidden type is found through members, bases, inferred types and other hidden types; what is private or internal is not", () => {
  const planted = `
    interface Base { readonly one: One }
    interface One {}
    interface Inferred {}
    interface Secret {}
    const DEFAULTS = { one: {} as One };
    const make = (): Inferred => ({});
    export interface Props extends Base {}
    export type Names = keyof typeof DEFAULTS;
    export class Thing {
      readonly inferred = make();
      private readonly secret: Secret = {};
      /** @internal */
      readonly internal: Secret = this.secret;
      protected rollOut(of: Props): void {}
    }`;
  expect(hiddenNames([PLANTED], { [PLANTED]: planted })).toEqual([
    { name: `Base (${PLANTED})`, namedBy: ["Props"] },
    { name: `One (${PLANTED})`, namedBy: ["Base", "DEFAULTS"] },
    { name: `DEFAULTS (${PLANTED})`, namedBy: ["Names"] },
    { name: `Inferred (${PLANTED})`, namedBy: ["Thing"] },
  ]);
});
