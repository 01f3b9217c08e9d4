const transform = (parser) => [
  "@swc/jest",
  { jsc: { parser, target: "es2022", transform: PREACT }, sourceMaps: "inline" },
];
const PREACT = { react: { runtime: "automatic", importSource: "preact" } };

/** One project per layer of promises; `npm test` runs them all, `npx jest --selectProjects unit` runs one. */
const layer = (name, options = {}) => ({
  displayName: name,
  testMatch: [`<rootDir>/test/${name}/**/*.test.ts`],
  transform: {
    "\\.ts$": transform({ syntax: "typescript" }),
    "\\.tsx$": transform({ syntax: "typescript", tsx: true }),
  },
  setupFiles: ["<rootDir>/test/support/plain-text.js", "<rootDir>/test/support/no-token-traces.js"],
  testRunner: "<rootDir>/test/support/timed-runner.js",
  modulePathIgnorePatterns: ["<rootDir>/dist/", "<rootDir>/.beehive/"],
  ...options,
});

/**
 * The synthesis tests once more, with cdktf replaced by its successor: here, in the providers, everywhere. Refusals are made by
 * Beehive's own code, so that suites of nothing else run once; that the core asks for them is seen in the other suites.
 */
const withSuccessor = layer("cdktn", {
  testMatch: ["<rootDir>/test/synth/**/*.test.ts"],
  testPathIgnorePatterns: ["/node_modules/", "refusals\\.test\\.ts$"],
  globals: { CORE: "cdktn" },
  moduleNameMapper: { "^cdktf$": "cdktn", "^cdktf/(.*)$": "cdktn/$1" },
});

module.exports = {
  // A busy machine is no failure; a test that hangs still ends.
  testTimeout: 60_000,
  // Not among temporary files, which go with the run.
  cacheDirectory: "<rootDir>/node_modules/.cache/jest",
  reporters: ["default", "<rootDir>/test/support/closing-line-reporter.js"],
  projects: [
    layer("unit"),
    layer("synth", { globals: { CORE: "cdktf" } }),
    withSuccessor,
    layer("terraform"),
    layer("package"),
    layer("pages"),
    layer("daemons"),
    layer("vm"),
    layer("drills"),
    layer("agents"),
    layer("lab"),
  ],
};
