const { default: Sequencer } = require("@jest/test-sequencer");

/** Layers whose tests take longest begin first, so that none of them is what everybody waits for at the end. */
const LONG = ["vm", "daemons", "terraform"];

module.exports = class LongFirstSequencer extends Sequencer {
  sort(tests) {
    const rank = ({ context }) => {
      const place = LONG.indexOf(context.config.displayName?.name);
      return place === -1 ? LONG.length : place;
    };
    return [...super.sort(tests)].sort((a, b) => rank(a) - rank(b));
  }
};
