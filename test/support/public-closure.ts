import * as path from "node:path";
import ts from "typescript";

const ROOT = path.resolve(__dirname, "../..");

/** A declaration of the project that a type of the public interface names, and that no entry point exports. */
export interface Hidden {
  /** `Software (lib/software/software.ts)` */
  readonly name: string;
  /** The exported declarations through which it is reached, or others that are hidden themselves. */
  readonly namedBy: readonly string[];
}

/**
 * Walks from what the entry points export through everything that their declarations name. It looks at the declarations as they are
 * published: without private types and without what is `@internal`.
 *
 * @param texts of sources that are not on the disk, by their path in the project
 */
export function hiddenNames(entries: readonly string[], texts: Readonly<Record<string, string>> = {}): Hidden[] {
  const published = declarations(entries, texts);
  const checker = published.getTypeChecker();
  const original = (symbol: ts.Symbol): ts.Symbol =>
    symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
  const exported = new Set(
    entries.flatMap((entry) => {
      const source = published.getSourceFile(path.join(ROOT, declarationOf(entry)))!;
      return checker.getExportsOfModule(checker.getSymbolAtLocation(source)!).map(original);
    }),
  );
  const hidden = new Map<ts.Symbol, Set<string>>();
  const seen = new Set<ts.Symbol>();
  const visit = (symbol: ts.Symbol): void => {
    if (seen.has(symbol)) return;
    seen.add(symbol);
    for (const declaration of symbol.declarations ?? []) {
      for (const named of namedIn(declaration, checker).map(original)) {
        if (named === symbol || !isOwn(named)) continue;
        if (!exported.has(named)) hidden.set(named, (hidden.get(named) ?? new Set()).add(symbol.name));
        visit(named);
      }
    }
  };
  exported.forEach(visit);
  return [...hidden].map(([symbol, namedBy]) => ({ name: placeOf(symbol), namedBy: [...namedBy].sort() }));
}

const declarationOf = (file: string): string => file.replace(/\.tsx?$/, ".d.ts");

/** The published declarations as a program of their own. */
function declarations(entries: readonly string[], texts: Readonly<Record<string, string>>): ts.Program {
  const { config } = ts.readConfigFile(path.join(ROOT, "tsconfig.json"), ts.sys.readFile) as {
    config: { compilerOptions: object };
  };
  const { options } = ts.convertCompilerOptionsFromJson(
    { ...config.compilerOptions, types: ["node"], paths: {} },
    ROOT,
  );
  const emitted = new Map<string, string>();
  const sources = ts.createProgram(
    entries.map((entry) => path.join(ROOT, entry)),
    { ...options, noEmit: false, declaration: true, emitDeclarationOnly: true, stripInternal: true },
    hostWith(options, (name) => texts[path.relative(ROOT, name)]),
  );
  sources.emit(undefined, (name, text) => emitted.set(name, text), undefined, true);
  return ts.createProgram(
    entries.map((entry) => path.join(ROOT, declarationOf(entry))),
    options,
    // Only what was emitted: a source of the same name would come first.
    hostWith(
      options,
      (name) => emitted.get(name),
      (name) => isSource(name),
    ),
  );
}

const isSource = (name: string): boolean => name.startsWith(`${ROOT}/`) && !name.includes("/node_modules/");

function hostWith(
  options: ts.CompilerOptions,
  textOf: (name: string) => string | undefined,
  isHidden: (name: string) => boolean = () => false,
): ts.CompilerHost {
  const host = ts.createCompilerHost(options, true);
  const [read, exists] = [host.getSourceFile.bind(host), host.fileExists.bind(host)];
  host.getSourceFile = (name, language) => {
    const text = textOf(name);
    return text === undefined ? read(name, language) : ts.createSourceFile(name, text, language, true);
  };
  host.fileExists = (name) => textOf(name) !== undefined || (!isHidden(name) && exists(name));
  return host;
}

/** Everything that a declaration names: types, base classes, values whose type it takes. */
function namedIn(declaration: ts.Declaration, checker: ts.TypeChecker): ts.Symbol[] {
  const found: ts.Symbol[] = [];
  const walk = (node: ts.Node): void => {
    if (ts.isIdentifier(node)) {
      const symbol = checker.getSymbolAtLocation(node);
      if (symbol !== undefined) found.push(symbol);
    }
    ts.forEachChild(node, walk);
  };
  walk(declaration);
  return found;
}

/** Whether the project declares it, at the top of a file: no member, no parameter. */
function isOwn(symbol: ts.Symbol): boolean {
  const [declaration] = symbol.declarations ?? [];
  if (declaration === undefined || !isSource(declaration.getSourceFile().fileName)) return false;
  const statement = ts.isVariableDeclaration(declaration) ? declaration.parent.parent : declaration;
  return ts.isSourceFile(statement.parent);
}

function placeOf(symbol: ts.Symbol): string {
  const file = path.relative(ROOT, symbol.declarations![0]!.getSourceFile().fileName);
  return `${symbol.name} (${file.replace(/\.d\.ts$/, ".ts")})`;
}
