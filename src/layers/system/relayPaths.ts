/** Where the relay's sockets are. Pure. */

/** The path of the relay's socket in a runtime directory. It says nothing about which compositor is meant. */
export const relaySocketIn = (runtimeDir: string): string => `${runtimeDir}/i3pm/relay.sock`

/** The path of a restricted socket of the relay. */
export const restrictedSocketIn = (runtimeDir: string, name: string): string => `${runtimeDir}/i3pm/${name}/relay.sock`

/** The path of the relay's control socket. */
export const relayControlIn = (runtimeDir: string): string => `${runtimeDir}/i3pm/control.sock`
