/**
 * Makes a plain function of a schema that does what decoding does, in a tenth of the time: events come by the thousand. It knows what
 * the schemas of the protocol are made of, and leaves everything else to `effect/Schema`. Pure.
 */
import * as Data from "effect/Data"
import type * as Schema from "effect/Schema"
import type * as AST from "effect/SchemaAST"
import { flag, list, misfit, number, type Shape, text } from "../system/shape.ts"

type Fields = ReadonlyArray<readonly [name: string, shape: Shape<unknown>, isOptional: boolean]>

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value)

/** These fields, and of all others those whose values have the shape `rest`. */
const object =
  (fields: Fields, rest: Shape<unknown> | undefined): Shape<unknown> =>
  value => {
    if (!isObject(value)) return misfit
    const found: Record<string, unknown> = {}
    for (const [name, shape, isOptional] of fields) {
      const given = value[name]
      if (given === undefined && isOptional) continue
      const field = shape(given)
      if (field === misfit) return misfit
      found[name] = field
    }
    if (rest !== undefined) {
      for (const [name, given] of Object.entries(value)) {
        if (rest(given) === misfit) return misfit
        found[name] = given
      }
    }
    return found
  }

const anyOf =
  (shapes: ReadonlyArray<Shape<unknown>>): Shape<unknown> =>
  value => {
    for (const shape of shapes) {
      const found = shape(value)
      if (found !== misfit) return found
    }
    return misfit
  }

const literal =
  (wanted: unknown): Shape<unknown> =>
  value =>
    value === wanted ? value : misfit

/** A part of a schema that is not known here. */
class Unknown extends Data.TaggedError("Unknown")<{ readonly part: string }> {}

type Made = Map<AST.AST, Shape<unknown>>

const objectOf = ({ indexSignatures, propertySignatures }: AST.TypeLiteral, made: Made): Shape<unknown> => {
  const [index, another] = indexSignatures
  if (another !== undefined || (index !== undefined && propertySignatures.length > 0)) {
    throw new Unknown({ part: "index signature" })
  }
  const fields = propertySignatures.map(({ isOptional, name, type }) => {
    return [String(name), shapeOf(type, made), isOptional] as const
  })
  return object(fields, index === undefined ? undefined : shapeOf(index.type, made))
}

const shapeOf = (ast: AST.AST, made: Made): Shape<unknown> => {
  switch (ast._tag) {
    case "StringKeyword":
      return text
    case "NumberKeyword":
      return number
    case "BooleanKeyword":
      return flag
    case "UnknownKeyword":
      return value => value
    case "UndefinedKeyword":
      return literal(undefined)
    case "Literal":
      return literal(ast.literal)
    case "Union":
      return anyOf(ast.types.map(type => shapeOf(type, made)))
    case "TupleType": {
      const [item, another] = ast.rest
      if (item === undefined || another !== undefined || ast.elements.length > 0) throw new Unknown({ part: "tuple" })
      return list(shapeOf(item.type, made))
    }
    case "TypeLiteral": {
      // A schema that contains itself asks for this one while it is being made.
      made.set(ast, value => made.get(ast)?.(value) ?? misfit)
      const shape = objectOf(ast, made)
      made.set(ast, shape)
      return shape
    }
    case "Suspend": {
      const inner = ast.f()
      return made.has(inner) ? value => made.get(inner)?.(value) ?? misfit : shapeOf(inner, made)
    }
    default:
      throw new Unknown({ part: ast._tag })
  }
}

/**
 * A function that gives what `Schema.decodeUnknown` gives, or `misfit` where that fails; the schema then says why. `undefined` for a
 * schema with parts that are not known here.
 */
export const plainDecoder = (schema: Schema.Schema.AnyNoContext): Shape<unknown> | undefined => {
  try {
    return shapeOf(schema.ast, new Map())
  } catch (cause) {
    if (cause instanceof Unknown) return undefined
    throw cause
  }
}
