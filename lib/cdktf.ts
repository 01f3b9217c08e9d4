/**
 * The only import of cdktf's core, so that its successor `cdktn` takes one alias. `constructs` is the same for both.
 */
export * from "cdktf";
export { addCustomSynthesis } from "cdktf/lib/synthesize/synthesizer";
