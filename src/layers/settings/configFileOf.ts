/** The path of the user's settings file. Plain Node, no Effect runtime: the CLI's fast path uses it. */

const absoluteOrNone = (path: string | undefined) => (path?.startsWith("/") === true ? path : undefined)

/**
 * `$XDG_CONFIG_HOME/i3pm/config.toml`, else that below `~/.config`; `undefined` if HOME is no absolute path either. The XDG Base Directory
 * Specification says to ignore relative paths: they would lead to another file in each directory. The file need not exist.
 */
export const configFileOf = (xdgConfigHome: string | undefined, home: string | undefined): string | undefined => {
  const house = absoluteOrNone(home)
  const base = absoluteOrNone(xdgConfigHome) ?? (house === undefined ? undefined : `${house}/.config`)
  return base === undefined ? undefined : `${base}/i3pm/config.toml`
}
