/** The paths in a property that lists them, such as `DropInPaths`. systemctl quotes some of them. Pure. */
export const pathsIn = (value: string): ReadonlyArray<string> =>
  [...value.matchAll(/"((?:[^"\\]|\\.)*)"|(\S+)/g)].map(
    ([, quoted, plain = ""]) => quoted?.replace(/\\(.)/g, "$1") ?? plain,
  )
