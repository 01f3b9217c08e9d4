import type { XmlElement } from "@rgrove/parse-xml";
import type { Range } from "./estimate";
import type { XmlFile } from "./open-psa-xml";
import { contentOf } from "./open-psa-xml";

/** What an expression may refer to. */
export interface ExpressionScope {
  /** The expression of a parameter, and where its own names are looked up. */
  parameter(reference: XmlElement): { readonly key: string; readonly expression: XmlElement };
  /** Hours. Needed by models with `<system-mission-time/>`. */
  readonly missionTime?: number;
}

const exact = (value: number): Range => ({ low: value, likely: value, high: value });

/** Increasing in every argument: the ends of the result belong to the ends of the arguments. */
const rising = (args: readonly Range[], f: (...values: number[]) => number): Range => ({
  low: f(...args.map(({ low }) => low)),
  likely: f(...args.map(({ likely }) => likely)),
  high: f(...args.map(({ high }) => high)),
});

/**
 * The value of an expression of the Open-PSA format. A random deviate becomes its mean with a range: the limits of a
 * uniform one, the central 90 % of a normal or lognormal one.
 *
 * @throws ModelFileError
 */
export function evaluateExpression(file: XmlFile, element: XmlElement, scope: ExpressionScope): Range {
  const open: string[] = [];
  const known = new Map<string, Range>();

  function evaluate(at: XmlElement): Range {
    const parts = contentOf(at);
    const args = (least: number, most = least): Range[] => {
      if (parts.length < least || parts.length > most) {
        throw file.error(
          at,
          `<${at.name}> has ${parts.length} arguments; allowed are ${least}${most > least ? " or more" : ""}.`,
        );
      }
      return parts.map(evaluate);
    };
    switch (at.name) {
      case "float":
      case "int":
        return exact(file.number(at, "value"));
      case "parameter":
        return parameter(at);
      case "system-mission-time":
        if (scope.missionTime === undefined)
          throw file.error(at, "the mission time is not known; give the option missionTime.");
        return exact(scope.missionTime);
      case "neg": {
        const [a] = args(1) as [Range];
        return { low: -a.high, likely: -a.likely, high: -a.low };
      }
      case "add":
        return rising(args(1, Infinity), (...values) => values.reduce((a, b) => a + b));
      case "sub": {
        const [a, ...rest] = args(2, Infinity) as [Range, ...Range[]];
        return rest.reduce((x, y) => ({ low: x.low - y.high, likely: x.likely - y.likely, high: x.high - y.low }), a);
      }
      case "mul":
        return args(1, Infinity).reduce(corners((a, b) => a * b));
      case "div":
        return args(2, Infinity).reduce(corners((a, b) => a / b));
      case "min":
        return rising(args(1, Infinity), Math.min);
      case "max":
        return rising(args(1, Infinity), Math.max);
      case "exp":
        return rising(args(1), Math.exp);
      case "exponential":
        return rising(args(2), (rate, time) => -Math.expm1(-rate * time));
      case "Weibull":
        return all(args(4), (scale, shape, from, time) =>
          time <= from ? 0 : -Math.expm1(-(((time - from) / scale) ** shape)),
        );
      case "GLM":
        return all(args(4), (onDemand, rate, repair, time) => {
          const steady = rate / (rate + repair);
          return steady - (steady - onDemand) * Math.exp(-(rate + repair) * time);
        });
      case "periodic-test":
        return all(args(4), (rate, interval, first, time) => {
          const since = time <= first ? time : (time - first) % interval || interval;
          return -Math.expm1(-rate * since);
        });
      case "uniform-deviate": {
        const [from, to] = args(2) as [Range, Range];
        return { low: from.low, likely: (from.likely + to.likely) / 2, high: to.high };
      }
      case "normal-deviate": {
        const [mean, sigma] = args(2) as [Range, Range];
        return { low: mean.low - Q95 * sigma.high, likely: mean.likely, high: mean.high + Q95 * sigma.high };
      }
      case "lognormal-deviate":
        return lognormal(at, args(3));
      default:
        throw file.error(at, `<${at.name}> is not supported as an expression; supported are ${SUPPORTED}.`);
    }
  }

  function parameter(at: XmlElement): Range {
    const { key, expression } = scope.parameter(at);
    const before = known.get(key);
    if (before) return before;
    if (open.includes(key)) {
      throw file.error(at, `the parameter needs itself (${[...open.slice(open.indexOf(key)), key].join(" -> ")}).`);
    }
    if (open.length === MAX_PARAMETERS) throw file.error(at, `more than ${MAX_PARAMETERS} parameters need each other.`);
    open.push(key);
    const value = evaluate(expression);
    open.pop();
    known.set(key, value);
    return value;
  }

  /** Arguments: mean, error factor, level of confidence (0.95: the error factor is the 95th percentile / median). */
  function lognormal(at: XmlElement, [mean, factor, level]: readonly Range[]): Range {
    if (level!.likely !== 0.95)
      throw file.error(at, "a lognormal deviate is supported with the confidence level 0.95 only.");
    const sigma = Math.log(factor!.likely) / Q95;
    const median = mean!.likely * Math.exp(-(sigma ** 2) / 2);
    return { low: median / factor!.likely, likely: mean!.likely, high: median * factor!.likely };
  }

  return evaluate(element);
}

/** The 95th percentile of the standard normal distribution. */
const Q95 = 1.6448536269514722;

const SUPPORTED =
  "float, int, parameter, system-mission-time, neg, add, sub, mul, div, min, max, exp, exponential, Weibull, GLM, " +
  "periodic-test with four arguments, uniform-deviate, normal-deviate and lognormal-deviate";

const MAX_PARAMETERS = 500;

/** The extremes over all ends of the arguments, for what rises with some of them and falls with others. */
function all(args: readonly Range[], f: (...values: [number, number, number, number]) => number): Range {
  const four = (values: number[]) => f(...(values as [number, number, number, number]));
  const ends = args.reduce<number[][]>(
    (heads, { low, high }) =>
      heads.flatMap((head) =>
        low === high
          ? [[...head, low]]
          : [
              [...head, low],
              [...head, high],
            ],
      ),
    [[]],
  );
  const likely = four(args.map((arg) => arg.likely));
  const extremes = [likely, ...ends.map(four)];
  return { low: Math.min(...extremes), likely, high: Math.max(...extremes) };
}

/** Products and quotients of ranges that may be negative: the extremes are at the corners. */
function corners(f: (a: number, b: number) => number): (x: Range, y: Range) => Range {
  return (x, y) => {
    const all = [f(x.low, y.low), f(x.low, y.high), f(x.high, y.low), f(x.high, y.high)];
    return { low: Math.min(...all), likely: f(x.likely, y.likely), high: Math.max(...all) };
  };
}
