/** The path of the user's settings file. Plain Node, no Effect runtime: the CLI's fast path uses it. */

const orNone = (text: string | undefined) => (text === "" ? undefined : text)

/** `$XDG_CONFIG_HOME/i3pm/config.toml`, else that below `~/.config`; `undefined` if HOME is unset. The file need not exist. */
export const configFileOf = (xdgConfigHome: string | undefined, home: string | undefined): string | undefined => {
  const house = orNone(home)
  const base = orNone(xdgConfigHome) ?? (house === undefined ? undefined : `${house}/.config`)
  return base === undefined ? undefined : `${base}/i3pm/config.toml`
}
