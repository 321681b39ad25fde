/** The names of i3pm's units. Users rely on them: they must not change. Pure. */
export const unitNames = {
  daemon: "i3-project-daemon.service",
  cleanup: "sway-socket-cleanup.service",
  timer: "sway-socket-cleanup.timer",
  sessionTarget: "sway-session.target",
  relay: "i3pm-relay.service",
  relaySocket: "i3pm-relay.socket",
} as const

/** The template of the relay's restricted sockets: `i3pm-relay@NAME.socket`. systemd shows, starts and stops only its instances. */
export const relaySocketTemplate = "i3pm-relay@.socket"

/** True for a template, such as `a@.service`. */
export const isTemplate = (name: string): boolean => name.includes("@.")

/** True for a unit that is an instance of a template. */
export const isInstance = (name: string, template: string): boolean => {
  const [before = "", after = ""] = template.split("@")
  return name.startsWith(`${before}@`) && name.endsWith(after) && name.length > template.length
}

/**
 * True for the path of the session target that i3pm's package gives each user manager by a generator (`packaging/session-target.sh`). No other
 * project generates a unit of this name.
 */
export const isPackagesTarget = (path: string): boolean =>
  path.endsWith(`/systemd/generator.late/${unitNames.sessionTarget}`)
