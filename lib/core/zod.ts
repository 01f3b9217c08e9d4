/**
 * The only import of zod. The parts that Beehive uses become one file when the package is built (`scripts/after-build.js`): it loads
 * in 11 ms where zod's 90 files take 50 (Node 20).
 */
export * as z from "./zod-parts";
