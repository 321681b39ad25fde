/** The environment of the programs that i3pm runs, so that their output is always of the same form. Pure. */

/** What changes how systemd's tools and others print: colours, links, pagers, log lines, language. */
const misleading =
  /^(?:SYSTEMD_(?:COLORS|URLIFY|PAGER|PAGERSECURE|LESS|LESSCHARSET|LOG_\w+|EMOJI)|PAGER|LESS|COLUMNS|LINES|LANGUAGE|LC_\w+|LANG|CLICOLOR(?:_FORCE)?|FORCE_COLOR)$/

/** What is set instead. `C.UTF-8` keeps names in UTF-8 as they are; where it is unknown, libc takes `C`. */
const neutral = {
  LC_ALL: "C.UTF-8",
  NO_COLOR: "1",
  SYSTEMD_COLORS: "0",
  SYSTEMD_PAGER: "",
  SYSTEMD_URLIFY: "0",
  TERM: "dumb",
} as const

/** `environment` without what changes the form of a program's output, and with what fixes it. */
export const childEnvironment = (
  environment: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string>> => {
  const kept = Object.entries(environment).flatMap(([name, value]) =>
    value === undefined || misleading.test(name) ? [] : [[name, value] as const],
  )
  return { ...Object.fromEntries(kept), ...neutral }
}
