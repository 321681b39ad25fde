/** Where the relay's socket is. Pure. */

/** The path of the relay's socket in a runtime directory. It says nothing about which compositor is meant. */
export const relaySocketIn = (runtimeDir: string): string => `${runtimeDir}/i3pm/relay.sock`
