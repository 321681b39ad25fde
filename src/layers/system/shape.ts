/**
 * Checks JSON values that another process sent: a value has a shape, or it has not. Unknown fields are left out, since a later
 * release may send more.
 *
 * Written by hand, since loading `effect/Schema` takes longer than a command of the CLI's fast path runs. Pure, no Effect runtime.
 */

/** Returned for a value that does not have the shape. */
export const misfit: unique symbol = Symbol("misfit")

/** Returns the value if it has the shape, else {@link misfit}. */
export type Shape<A> = (value: unknown) => A | typeof misfit

/** The type of the values that have a shape. */
export type ShapeType<S> = S extends Shape<infer A> ? A : never

/** A text. */
export const text: Shape<string> = value => (typeof value === "string" ? value : misfit)

/** Any number. */
export const number: Shape<number> = value => (typeof value === "number" ? value : misfit)

/** A number that is not negative. */
export const amount: Shape<number> = value => (typeof value === "number" && value >= 0 ? value : misfit)

/** A whole number that is not negative. */
export const count: Shape<number> = value => (Number.isSafeInteger(value) ? amount(value) : misfit)

/** True or false. */
export const flag: Shape<boolean> = value => (typeof value === "boolean" ? value : misfit)

/** One of these texts. */
export const oneOf =
  <const A extends string>(...all: ReadonlyArray<A>): Shape<A> =>
  value =>
    all.find(each => each === value) ?? misfit

/** A value of the shape, or null. */
export const orNull =
  <A>(shape: Shape<A>): Shape<A | null> =>
  value =>
    value === null ? null : shape(value)

/** A value of the shape, or `undefined` if the field is missing. */
export const optional =
  <A>(shape: Shape<A>): Shape<A | undefined> =>
  value =>
    value === undefined ? undefined : shape(value)

/** A value of the shape, or `instead` if the field is missing. */
export const withDefault =
  <A>(shape: Shape<A>, instead: A): Shape<A> =>
  value =>
    value === undefined ? instead : shape(value)

/** A list in which each item has the shape. */
export const list =
  <A>(shape: Shape<A>): Shape<ReadonlyArray<A>> =>
  value => {
    if (!Array.isArray(value)) return misfit
    const items: Array<A> = []
    for (const each of value) {
      const item = shape(each)
      if (item === misfit) return misfit
      items.push(item)
    }
    return items
  }

/** An object with at least these fields. The result has only these, in this order. */
export const fields = <S extends Readonly<Record<string, Shape<unknown>>>>(
  shapes: S,
): Shape<{ readonly [K in keyof S]: ShapeType<S[K]> }> => {
  const all = Object.entries(shapes)
  return value => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return misfit
    const given = new Map(Object.entries(value))
    const result: Record<string, unknown> = {}
    for (const [key, shape] of all) {
      const field = shape(given.get(key))
      if (field === misfit) return misfit
      if (field !== undefined) result[key] = field
    }
    // The cast holds, since each field was checked by its own shape.
    return result as { readonly [K in keyof S]: ShapeType<S[K]> }
  }
}
