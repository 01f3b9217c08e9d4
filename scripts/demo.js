// `npm run demo` builds first and then runs this, so that the demo is the same code as `beehive demo`.
require("../dist/lib/cli/main.js").main(["demo", ...process.argv.slice(2)]);
