/** Where the user's settings are kept. Plain Node, no Effect runtime: the CLI's fast path asks whether there are any. */

const orNone = (text: string | undefined) => (text === "" ? undefined : text)

/** `$XDG_CONFIG_HOME/i3pm/config.toml`, else that below `~/.config`; `undefined` without a home. It need not be there. */
export const configFileOf = (xdgConfigHome: string | undefined, home: string | undefined): string | undefined => {
  const house = orNone(home)
  const base = orNone(xdgConfigHome) ?? (house === undefined ? undefined : `${house}/.config`)
  return base === undefined ? undefined : `${base}/i3pm/config.toml`
}
