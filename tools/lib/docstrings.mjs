import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';

/** @typedef {{ file: string, name: string }} Export a name that a module exports, and the file that declares it */

/** @type {Map<string, ts.SourceFile>} */
const parsed = new Map();

/** @param {string} file absolute @returns {ts.SourceFile} */
function parse(file) {
  const known = parsed.get(file);
  if (known !== undefined) return known;
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true);
  parsed.set(file, source);
  return source;
}

/** @param {string} from @param {ts.Expression | undefined} specifier @returns {string | undefined} the source it names */
function target(from, specifier) {
  if (specifier === undefined || !ts.isStringLiteral(specifier) || !specifier.text.startsWith('.')) {
    return undefined;
  }
  const file = path.resolve(path.dirname(from), specifier.text.replace(/\.js$/, '.ts'));
  return existsSync(file) ? file : undefined;
}

/** @param {ts.Node} node @param {ts.ModifierFlags} flag */
const has = (node, flag) =>
  ts.canHaveModifiers(node) &&
  (ts.getCombinedModifierFlags(/** @type {ts.Declaration} */ (node)) & flag) !== 0;

/** @param {ts.Statement} statement @returns {readonly string[]} the names it declares */
function declared(statement) {
  if (ts.isVariableStatement(statement)) {
    return statement.declarationList.declarations.flatMap(({ name }) =>
      ts.isIdentifier(name)
        ? [name.text]
        : name.elements.flatMap((e) => (ts.isBindingElement(e) ? [e.name.getText()] : [])),
    );
  }
  const named =
    ts.isFunctionDeclaration(statement) ||
    ts.isClassDeclaration(statement) ||
    ts.isInterfaceDeclaration(statement) ||
    ts.isTypeAliasDeclaration(statement) ||
    ts.isEnumDeclaration(statement);
  return named && statement.name !== undefined ? [statement.name.text] : [];
}

/** @param {ts.Statement} statement */
const isDocumented = (statement) => ts.getJSDocCommentsAndTags(statement).length > 0;

/**
 * The exports of a module that have no docstring where they are declared, re-exports within the package followed.
 * An overloaded or merged name needs one docstring.
 * @param {string} file absolute
 * @returns {readonly Export[]}
 */
export function undocumented(file) {
  /** @type {Export[]} */
  const missing = [];
  for (const statement of parse(file).statements) {
    if (ts.isExportDeclaration(statement)) {
      const from = target(file, statement.moduleSpecifier);
      if (from === undefined) continue;
      const clause = statement.exportClause;
      if (clause === undefined) missing.push(...undocumented(from));
      else if (ts.isNamespaceExport(clause)) {
        if (!isDocumented(statement)) missing.push({ file, name: clause.name.text });
        missing.push(...undocumented(from));
      } else {
        for (const { propertyName, name } of clause.elements)
          missing.push(...ofName(from, (propertyName ?? name).text));
      }
    } else if (has(statement, ts.ModifierFlags.Export)) {
      for (const name of declared(statement)) missing.push(...ofName(file, name));
    }
  }
  return [...new Map(missing.map((one) => [`${one.file} ${one.name}`, one])).values()];
}

/** @param {string} file @param {string} name @returns {readonly Export[]} */
function ofName(file, name) {
  const { statements } = parse(file);
  const own = statements.filter((statement) => declared(statement).includes(name));
  if (own.length > 0) return own.some(isDocumented) ? [] : [{ file, name }];
  for (const statement of statements) {
    if (!ts.isExportDeclaration(statement)) continue;
    const from = target(file, statement.moduleSpecifier);
    if (from === undefined) continue;
    const clause = statement.exportClause;
    if (clause === undefined) {
      const found = ofName(from, name);
      if (found.length > 0) return found;
    } else if (ts.isNamedExports(clause)) {
      const one = clause.elements.find((element) => element.name.text === name);
      if (one !== undefined) return ofName(from, (one.propertyName ?? one.name).text);
    }
  }
  return [];
}
