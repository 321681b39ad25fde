/**
 * Writes the types of a module out in full, so that they need no other module: each exported type by its structure, with the
 * comments of its properties. Types that the module exports are named where others contain them.
 */
import ts from "typescript"

const INDENT = "  "

const commentOf = (symbol, checker, indent) => {
  const text = ts.displayPartsToString(symbol.getDocumentationComment(checker)).replaceAll(/\{@link (\w+)\}/g, "$1")
  return text === "" ? "" : `${indent}/** ${text.replaceAll("\n", `\n${indent} * `)} */\n`
}

/** The comment of an exported type, with its examples. */
const commentWithExamples = (symbol, checker) => {
  const examples = symbol
    .getJsDocTags(checker)
    .filter(({ name }) => name === "example")
    .map(({ text }) => `@example\n${ts.displayPartsToString(text).trim()}`)
  const text = [
    commentOf(symbol, checker, "")
      .replace(/^\/\*\* | \*\/\n$/g, "")
      .replaceAll("\n * ", "\n"),
    ...examples,
  ].join("\n\n")
  return `/**\n * ${text.replaceAll("\n", "\n * ").replaceAll(/ +$/gm, "")}\n */\n`
}

const isIdentifier = name => /^[A-Za-z_$][\w$]*$/.test(name)

/** The declarations of all types that `file` exports, as the text of a `.d.ts`. */
export const plainTypes = (program, file) => {
  const checker = program.getTypeChecker()
  const source = program.getSourceFile(file)
  const exported = checker.getExportsOfModule(checker.getSymbolAtLocation(source))
  const named = new Map(exported.map(symbol => [checker.getDeclaredTypeOfSymbol(symbol), symbol.name]))
  const at = source

  const property = (symbol, indent) => {
    const type = checker.getTypeOfSymbolAtLocation(symbol, at)
    const isOptional = (symbol.flags & ts.SymbolFlags.Optional) !== 0
    const name = isIdentifier(symbol.name) ? symbol.name : JSON.stringify(symbol.name)
    return `${commentOf(symbol, checker, indent)}${indent}readonly ${name}${isOptional ? "?" : ""}: ${print(type, indent)}\n`
  }

  const structure = (type, indent) => {
    const inner = indent + INDENT
    const index = checker.getIndexInfosOfType(type).map(({ keyType, type: value }) => {
      return `${inner}readonly [key: ${checker.typeToString(keyType)}]: ${print(value, inner)}\n`
    })
    const properties = checker.getPropertiesOfType(type).map(symbol => property(symbol, inner))
    return `{\n${[...index, ...properties].join("")}${indent}}`
  }

  const print = (type, indent, isTop = false) => {
    const name = isTop ? undefined : named.get(type)
    if (name !== undefined) return name
    if (type.isUnion()) {
      // `boolean` is a union of its two literals.
      const isBoolean = type.types.filter(({ flags }) => flags & ts.TypeFlags.BooleanLiteral).length === 2
      const parts = type.types.filter(({ flags }) => !(isBoolean && flags & ts.TypeFlags.BooleanLiteral))
      const printed = [...(isBoolean ? ["boolean"] : []), ...parts.map(part => print(part, indent))]
      const isNothing = each => each === "null" || each === "undefined"
      return [...printed.filter(each => !isNothing(each)), ...printed.filter(isNothing)].join(" | ")
    }
    if (checker.isArrayType(type)) {
      const [item] = checker.getTypeArguments(type)
      return `ReadonlyArray<${print(item, indent)}>`
    }
    // Any text beside the known ones: an editor proposes those.
    const isAnyText = type.isIntersection() && type.types.some(({ flags }) => flags & ts.TypeFlags.String)
    if (isAnyText) return "(string & {})"
    const isPlain = (type.flags & (ts.TypeFlags.Object | ts.TypeFlags.Intersection)) === 0
    if (isPlain) return checker.typeToString(type)
    if (checker.getSignaturesOfType(type, ts.SignatureKind.Call).length > 0) {
      throw new Error(`${file}: a function has no plain type: ${checker.typeToString(type)}`)
    }
    return structure(type, indent)
  }

  const declarations = exported.map(symbol => {
    const type = checker.getDeclaredTypeOfSymbol(symbol)
    return `${commentWithExamples(symbol, checker)}export type ${symbol.name} = ${print(type, "", true)}\n`
  })
  return declarations.join("\n")
}
