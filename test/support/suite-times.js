/** Seconds. What takes less is added up. */
const WORTH_A_LINE = 5;

const column = (text, width) => String(text).padStart(width);
const line = (wall, cpu, layer, name) => `${column(wall, 7)} ${column(cpu, 7)}  ${layer.padEnd(9)} ${name}`;
const total = (suites, field) => suites.reduce((sum, suite) => sum + suite[field], 0);
const summed = (suites, layer, name) =>
  line(total(suites, "wall").toFixed(1), total(suites, "cpu").toFixed(1), layer, name);

/** A table of the suites by how long they took, the longest first, and of the layers. */
function suiteTimes(suites) {
  const layers = [...new Set(suites.map(({ layer }) => layer))];
  const long = suites.filter(({ wall }) => wall >= WORTH_A_LINE).sort((a, b) => b.wall - a.wall);
  const short = suites.filter(({ wall }) => wall < WORTH_A_LINE);
  return [
    "Seconds of each suite. CPU is that of its process and of the programs that it waited for; not that of containers.",
    line("wall", "CPU", "layer", "suite"),
    ...long.map(({ wall, cpu, layer, file }) => line(wall.toFixed(1), cpu.toFixed(1), layer, file)),
    summed(short, "", `${short.length} suites of less than ${WORTH_A_LINE} s`),
    "",
    ...layers.map((layer) => {
      const those = suites.filter((suite) => suite.layer === layer);
      return summed(those, layer, `all ${those.length}`);
    }),
  ].join("\n");
}

module.exports = { suiteTimes };
