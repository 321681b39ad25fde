/** The paths in a property that is a list of them, such as `DropInPaths`: systemctl quotes those that need it. Pure. */
export const pathsIn = (value: string): ReadonlyArray<string> =>
  [...value.matchAll(/"((?:[^"\\]|\\.)*)"|(\S+)/g)].map(
    ([, quoted, plain = ""]) => quoted?.replace(/\\(.)/g, "$1") ?? plain,
  )
