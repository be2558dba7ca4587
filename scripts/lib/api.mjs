// The public API as text, one name a line: read from the declarations in dist/types, without comments and in an order of its own, so that it changes
// only when the API does.

import { createRequire } from "node:module";
import { join } from "node:path";
import { root } from "./run.mjs";

/** The last TypeScript that can be asked questions by a program; the matrix has it. */
const loadCompiler = () => createRequire(join(root, "test/packaging/matrix/package.json"))("typescript-5");

/** What a program of these declarations knows, and how it prints. */
function open(files) {
  const ts = loadCompiler();
  const options = { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.NodeNext, strict: true, types: [], noEmit: true };
  const program = ts.createProgram(files, { ...options, moduleResolution: ts.ModuleResolutionKind.NodeNext });
  const printer = ts.createPrinter({ removeComments: true });
  return { ts, program, checker: program.getTypeChecker(), printer };
}

/** What a module exports, and its namespaces: symbols by their names, `nn.LSTM`. */
function namesIn({ ts, checker }, module, prefix = "") {
  return checker.getExportsOfModule(module).flatMap((exported) => {
    const symbol = resolve({ ts, checker }, exported);
    const name = prefix + exported.name;
    return symbol.flags & ts.SymbolFlags.ValueModule ? namesIn({ ts, checker }, symbol, `${name}.`) : [[name, symbol]];
  });
}

function resolve({ ts, checker }, symbol) {
  return symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
}

const byName = ([a], [b]) => (a < b ? -1 : Number(a > b));

/** A declaration in one line. */
function printLine({ printer, ts }, node) {
  const text = printer.printNode(ts.EmitHint.Unspecified, node, node.getSourceFile());
  return text
    .replaceAll(/\s+/g, " ")
    .replaceAll(/\b(export|declare) /g, "")
    .replace(/;$/, "");
}

/** What users cannot name: `#private`, and what is marked private. */
function isHidden({ ts }, member) {
  return (member.name && ts.isPrivateIdentifier(member.name)) || Boolean(ts.getCombinedModifierFlags(member) & ts.ModifierFlags.Private);
}

/** A class or an interface: its head, and below it its members in the order of their names; overloads stay as they are. */
function printMembers(compiler, node) {
  const { ts } = compiler;
  const visible = node.members.filter((member) => !isHidden(compiler, member));
  const empty = ts.isClassDeclaration(node)
    ? ts.factory.updateClassDeclaration(node, node.modifiers, node.name, node.typeParameters, node.heritageClauses, [])
    : ts.factory.updateInterfaceDeclaration(node, node.modifiers, node.name, node.typeParameters, node.heritageClauses, []);
  const head = compiler.printer.printNode(ts.EmitHint.Unspecified, empty, node.getSourceFile());
  const lines = visible.map((member) => [member.name?.getText() ?? "", `  ${printLine(compiler, member)}`]).sort(byName);
  return [
    head
      .replaceAll(/\s+/g, " ")
      .replaceAll(/\b(export|declare) /g, "")
      .replace(/ ?\{ ?\}$/, ""),
    ...lines.map(([, line]) => line),
  ];
}

function print(compiler, symbol) {
  const { ts } = compiler;
  const hasMembers = (node) => ts.isClassDeclaration(node) || ts.isInterfaceDeclaration(node);
  return symbol.declarations.flatMap((node) => (hasMembers(node) ? printMembers(compiler, node) : [printLine(compiler, node)]));
}

/** The symbols of the package that a declaration mentions. */
function mentioned(compiler, symbol) {
  const { ts, checker, program } = compiler;
  const found = new Set();
  const visit = (node) => {
    if (isHidden(compiler, node)) return;
    const named = ts.isIdentifier(node) ? checker.getSymbolAtLocation(node) : undefined;
    const target = named && resolve(compiler, named);
    const isType = target && target.flags & (ts.SymbolFlags.Class | ts.SymbolFlags.Interface | ts.SymbolFlags.TypeAlias);
    const isOwn = isType && target.declarations.some((each) => !program.isSourceFileDefaultLibrary(each.getSourceFile()));
    if (isOwn) found.add(target);
    ts.forEachChild(node, visit);
  };
  for (const declaration of symbol.declarations) visit(declaration);
  return found;
}

/** The names that an entry exports, and below them those that these mention without being exported; what was `told` before is left out. */
function describe(compiler, file, told) {
  const { checker, program } = compiler;
  const names = namesIn(compiler, checker.getSymbolAtLocation(program.getSourceFile(file))).sort(byName);
  const others = [];
  for (const queue = names.map(([, symbol]) => symbol); queue.length > 0; ) {
    const next = queue.shift();
    told.add(next);
    for (const symbol of mentioned(compiler, next)) {
      if (told.has(symbol) || queue.includes(symbol)) continue;
      told.add(symbol);
      queue.push(symbol);
      others.push([symbol.name, symbol]);
    }
  }
  const show = ([name, symbol]) => [`${name}: ${print(compiler, symbol)[0]}`, ...print(compiler, symbol).slice(1)];
  return [...names.flatMap(show), "", "# Not exported, but mentioned above", "", ...others.sort(byName).flatMap(show), ""].join("\n");
}

/**
 * The API of each entry of package.json that has types of its own.
 *
 * @param {Record<string, unknown>} exported `exports` of package.json
 * @returns {Record<string, string>} texts, by the entry's name: `unrolled`, `unrolled/worker`
 */
export function publicApi(exported) {
  const entries = new Map();
  for (const [path, conditions] of Object.entries(exported)) {
    const types = conditions["types"];
    if (types !== undefined && ![...entries.values()].includes(types)) entries.set(path.replace(/^\./, "unrolled"), types);
  }
  const files = new Map([...entries].map(([name, types]) => [name, join(root, types)]));
  const compiler = open([...files.values()]);
  const told = new Set();
  return Object.fromEntries([...files].map(([name, file]) => [name, describe(compiler, file, told)]));
}

/** Where the text of an entry is kept. */
export const apiFile = (name) => join(root, "test/packaging/form/api", `${name.replaceAll("/", "-")}.txt`);
