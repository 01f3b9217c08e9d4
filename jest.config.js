/** One project per layer of promises; `npm test` runs them all, `npx jest --selectProjects unit` runs one. */
const layer = (name, options = {}) => ({
  displayName: name,
  testMatch: [`<rootDir>/test/${name}/**/*.test.ts`],
  transform: { "^.+\\.ts$": ["ts-jest", { diagnostics: false, tsconfig: "<rootDir>/tsconfig.test.json" }] },
  modulePathIgnorePatterns: ["<rootDir>/dist/", "<rootDir>/.beehive/"],
  ...options,
});

module.exports = {
  reporters: ["default", "<rootDir>/test/support/closing-line-reporter.js"],
  projects: [layer("unit"), layer("synth"), layer("terraform"), layer("daemons"), layer("lab")],
};
