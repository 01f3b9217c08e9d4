import { entryPoints, LibraryProgram, type PublicName } from "../support/public-api";

const ENTRIES = entryPoints();
const EXAMPLES = "test/unit/examples-of-props.ts";
const PLANTED = "test/unit/planted.ts";

/** What examples may use besides the package's exports. */
const SURROUNDINGS = `
import * as fs from "node:fs";
import { Fn, TerraformStack, TerraformVariable } from "../../lib/cdktf";
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { DigitaloceanProvider } from "@cdktf/provider-digitalocean/lib/provider";
declare const stack: TerraformStack;
declare const site: ISite;
declare const cluster: GaleraCluster;
declare const web: HaWebTier;
declare const sessions: Tier;
declare const entrance: HealthCheckedLoadBalancer;
declare const password: TerraformVariable;
declare const cache: (address: string) => Software;
declare const tlsKey: TerraformVariable;
`;

const program = new LibraryProgram(ENTRIES, {
  [PLANTED]: `
    export interface PlantedProps { readonly nodes?: number }
    /** Documented. */
    export class Planted {
      static make(): void {}
      /** @internal */
      hidden(): void {}
      private secret(): void {}
    }`,
});

/** Each declaration once, although several entry points and several derived types may have it. */
function once(names: readonly PublicName[]): PublicName[] {
  const where = (name: PublicName) => `${name.place.split(" ")[0]} ${name.member ?? name.owner}`;
  return [...new Map(names.map((name) => [where(name), name])).values()];
}

const all = once(ENTRIES.flatMap((entry) => program.publicNames(entry)));
const places = (names: readonly PublicName[]) => names.map(({ place }) => place);

const withoutText = (names: readonly PublicName[]) => places(names.filter(({ text }) => text.trim() === ""));
const withoutDefault = (names: readonly PublicName[]) =>
  places(names.filter((name) => name.optional && (name.default ?? "") === ""));
const isProp = ({ owner, member }: PublicName) => member !== undefined && owner.endsWith("Props");
const withoutExample = (names: readonly PublicName[]) =>
  places(names.filter((name) => isProp(name) && !name.example?.startsWith(`${name.member}: `)));

test("every exported declaration and member says what it is for", () => {
  expect(all.length).toBeGreaterThan(700);
  expect(withoutText(all)).toEqual([]);
});

test("every optional member says its @default", () => {
  expect(withoutDefault(all)).toEqual([]);
});

test("every prop has an @example that begins with its name, such as `nodes: 3`", () => {
  expect(withoutExample(all)).toEqual([]);
});

test("a declaration, a prop and a static method without text are found, what is private or internal is not", () => {
  const planted = program.publicNames(PLANTED);
  expect(withoutText(planted)).toEqual([
    `${PLANTED}:2 PlantedProps`,
    `${PLANTED}:2 PlantedProps.nodes`,
    `${PLANTED}:5 Planted.make`,
  ]);
  expect(withoutDefault(planted)).toEqual([`${PLANTED}:2 PlantedProps.nodes`]);
  expect(withoutExample(planted)).toEqual([`${PLANTED}:2 PlantedProps.nodes`]);
});

describe("examples of props", () => {
  // Two entry points may have a name each that is the same; props are of the first.
  const taken = new Set<string>();
  const imports = ENTRIES.map((entry) => {
    const names = program.exportedNames(entry).filter((name) => !taken.has(name));
    names.forEach((name) => taken.add(name));
    return `import { ${names.join(", ")} } from "../../${entry.replace(/\.ts$/, "")}";`;
  });
  const examples = all.filter(isProp).map(({ owner, member, example = "" }, i) => {
    return `const example${i}: Pick<${owner}, "${member}"> = { ${example.replace(/\n/g, " ")} };`;
  });
  const wrong = 'const planted: Pick<GaleraClusterProps, "nodes"> = { nodes: "3" };';
  const text = [...imports, SURROUNDINGS, ...examples, wrong].join("\n");
  const problems = new LibraryProgram([], { [EXAMPLES]: text }).problems(EXAMPLES);

  test("compile against the types of the props", () => {
    expect(problems.filter((problem) => !problem.startsWith(wrong))).toEqual([]);
  });

  test("that do not fit the type of their prop are found", () => {
    expect(problems).toContain(`${wrong}: Type 'string' is not assignable to type 'number'.`);
  });
});
