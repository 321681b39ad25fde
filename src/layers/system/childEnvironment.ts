/** The environment of the programs that i3pm runs, so that their output always has the same form. Pure. */

/** Variables that change the output of systemd's tools and others: colours, links, pagers, log lines, language. */
const misleading =
  /^(?:SYSTEMD_(?:COLORS|URLIFY|PAGER|PAGERSECURE|LESS|LESSCHARSET|LOG_\w+|EMOJI)|PAGER|LESS|COLUMNS|LINES|LANGUAGE|LC_\w+|LANG|CLICOLOR(?:_FORCE)?|FORCE_COLOR)$/

/** Variables that are set instead. `C.UTF-8` keeps names in UTF-8 unchanged; a libc that does not know it uses `C`. */
const neutral = {
  LC_ALL: "C.UTF-8",
  NO_COLOR: "1",
  SYSTEMD_COLORS: "0",
  SYSTEMD_PAGER: "",
  SYSTEMD_URLIFY: "0",
  TERM: "dumb",
} as const

/** `environment` without the variables that change a program's output, and with those that fix its form. */
export const childEnvironment = (
  environment: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string>> => {
  const kept = Object.entries(environment).flatMap(([name, value]) =>
    value === undefined || misleading.test(name) ? [] : [[name, value] as const],
  )
  return { ...Object.fromEntries(kept), ...neutral }
}
