import * as fs from "node:fs";
import * as path from "node:path";
import ts from "typescript";

const ROOT = path.resolve(__dirname, "../..");

/** An exported declaration, or a member of one, and what its docstring says. */
export interface PublicName {
  /** `lib/tiers/web/ha-web-tier.ts:21 HaWebTierProps.servers` */
  readonly place: string;
  /** `HaWebTierProps`. */
  readonly owner: string;
  /** `servers`; undefined for the declaration itself. */
  readonly member?: string;
  readonly text: string;
  readonly optional: boolean;
  readonly default?: string;
  readonly example?: string;
}

/** The entry points that package.json exports, as sources: `lib/index.ts`. */
export function entryPoints(): string[] {
  const { exports } = JSON.parse(fs.readFileSync(path.join(ROOT, "package.json"), "utf8")) as {
    exports: Record<string, string | { types: string }>;
  };
  return Object.values(exports)
    .flatMap((target) => (typeof target === "string" ? [] : [target.types]))
    .map((types) => types.replace("./dist/", "").replace(/\.d\.ts$/, ".ts"));
}

/** The library as TypeScript sees it. Sources are parsed once for all programs. */
export class LibraryProgram {
  private static readonly parsed = new Map<string, ts.SourceFile | undefined>();
  private readonly program: ts.Program;

  /** @param texts of files that are not on the disk, by their path in the project */
  constructor(files: readonly string[], texts: Readonly<Record<string, string>> = {}) {
    const { config } = ts.readConfigFile(path.join(ROOT, "tsconfig.json"), ts.sys.readFile) as {
      config: { compilerOptions: object };
    };
    const { options } = ts.convertCompilerOptionsFromJson(
      { ...config.compilerOptions, noUnusedLocals: false, types: ["node"] },
      ROOT,
    );
    const host = ts.createCompilerHost(options, true);
    const read = host.getSourceFile.bind(host);
    host.getSourceFile = (name, language) => {
      const text = texts[path.relative(ROOT, name)];
      if (text !== undefined) return ts.createSourceFile(name, text, language, true);
      const { parsed } = LibraryProgram;
      if (!parsed.has(name)) parsed.set(name, read(name, language));
      return parsed.get(name);
    };
    const exists = host.fileExists.bind(host);
    host.fileExists = (name) => path.relative(ROOT, name) in texts || exists(name);
    const names = [...files, ...Object.keys(texts)].map((file) => path.join(ROOT, file));
    this.program = ts.createProgram(names, options, host);
  }

  /** Everything that a file exports, each declaration once, with the members that the project itself declares. */
  publicNames(file: string): PublicName[] {
    const checker = this.program.getTypeChecker();
    return this.exportsOf(file).flatMap((symbol) => [
      ...(this.nameOf(symbol, symbol) ?? []),
      ...membersOf(checker, symbol).flatMap((member) => this.nameOf(symbol, member) ?? []),
    ]);
  }

  /** Names that a program may import from the file. */
  exportedNames(file: string): string[] {
    return this.exportsOf(file).map(({ name }) => name);
  }

  /** What the compiler refuses in a file: `text of the line: message`. */
  problems(file: string): string[] {
    const source = this.program.getSourceFile(path.join(ROOT, file))!;
    const found = [...this.program.getSyntacticDiagnostics(source), ...this.program.getSemanticDiagnostics(source)];
    return found.map(({ start = 0, messageText }) => {
      const { line } = source.getLineAndCharacterOfPosition(start);
      return `${source.text.split("\n")[line]}: ${ts.flattenDiagnosticMessageText(messageText, "\n")}`;
    });
  }

  private exportsOf(file: string): ts.Symbol[] {
    const checker = this.program.getTypeChecker();
    const module = checker.getSymbolAtLocation(this.program.getSourceFile(path.join(ROOT, file))!)!;
    return checker
      .getExportsOfModule(module)
      .map((symbol) => (symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol));
  }

  /** @returns none for what is `@internal` */
  private nameOf(owner: ts.Symbol, symbol: ts.Symbol): PublicName[] | undefined {
    const checker = this.program.getTypeChecker();
    const tags = new Map(symbol.getJsDocTags(checker).map(({ name, text }) => [name, ts.displayPartsToString(text)]));
    if (tags.has("internal")) return undefined;
    const node = symbol.declarations![0]!;
    const source = node.getSourceFile();
    const { line } = source.getLineAndCharacterOfPosition(node.getStart());
    const member = symbol === owner ? undefined : symbol.name;
    const name = member === undefined ? owner.name : `${owner.name}.${member}`;
    return [
      {
        place: `${path.relative(ROOT, source.fileName)}:${line + 1} ${name}`,
        owner: owner.name,
        member,
        text: ts.displayPartsToString(symbol.getDocumentationComment(checker)),
        optional: member !== undefined && (symbol.flags & ts.SymbolFlags.Optional) !== 0,
        default: tags.get("default"),
        example: tags.get("example"),
      },
    ];
  }
}

/** Properties and methods, inherited ones and static ones too; none of other packages, none that are private. */
function membersOf(checker: ts.TypeChecker, owner: ts.Symbol): ts.Symbol[] {
  const [declaration] = owner.declarations ?? [];
  if (declaration === undefined || ts.isFunctionDeclaration(declaration) || ts.isVariableDeclaration(declaration))
    return [];
  if (ts.isTypeAliasDeclaration(declaration) && !ts.isTypeLiteralNode(declaration.type)) return [];
  const statics = ts.isClassDeclaration(declaration) ? [...(owner.exports?.values() ?? [])] : [];
  return [...checker.getDeclaredTypeOfSymbol(owner).getProperties(), ...statics].filter((member) => {
    const node = member.declarations?.[0];
    if (node === undefined || node.getSourceFile().fileName.includes("/node_modules/")) return false;
    return (ts.getCombinedModifierFlags(node) & ts.ModifierFlags.Private) === 0;
  });
}
