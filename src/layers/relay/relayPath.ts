/** Where the relay's sockets are. Pure. */

/** The relay's directory in the runtime directory. */
export const relayDirIn = (runtimeDir: string): string => `${runtimeDir}/i3pm`

/** The path of the socket that lets everything through, or of the restricted one with this name (`[a-z0-9-]+`). */
export const relaySocketIn = (runtimeDir: string, name?: string): string =>
  name === undefined ? `${relayDirIn(runtimeDir)}/relay.sock` : `${relayDirIn(runtimeDir)}/${name}/relay.sock`

/** The relay's own control socket. */
export const relayControlIn = (runtimeDir: string): string => `${relayDirIn(runtimeDir)}/control.sock`
