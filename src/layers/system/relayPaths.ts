/** Where the relay's sockets are. Pure. */

/** The path of the relay's socket in a runtime directory. It says nothing about which compositor is meant. */
export const relaySocketIn = (runtimeDir: string): string => `${runtimeDir}/i3pm/relay.sock`

/** The path of a restricted socket of the relay. */
export const restrictedSocketIn = (runtimeDir: string, name: string): string => `${runtimeDir}/i3pm/${name}/relay.sock`

/** The path of the relay's control socket. */
export const relayControlIn = (runtimeDir: string): string => `${runtimeDir}/i3pm/control.sock`

/** True for the path of a relay socket in this runtime directory, restricted or not. */
export const isRelaySocketIn = (runtimeDir: string, path: string): boolean =>
  path === relaySocketIn(runtimeDir) ||
  (path.startsWith(`${runtimeDir}/i3pm/`) && /^[a-z0-9-]+\/relay\.sock$/.test(path.slice(`${runtimeDir}/i3pm/`.length)))
