/** The keys of an object literal, with their own types. Plain, since the CLI's fast path uses it. */
export const keysOf = <T extends object>(object: T): ReadonlyArray<keyof T & string> =>
  // `Object.keys` gives `string`, since an object may have more keys than its type. A literal has none.
  Object.keys(object) as Array<keyof T & string>
