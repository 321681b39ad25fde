/** Replies of the relay in place of the compositor, with the compositor's white space: some clients compare bytes. Pure. */
import { spacedJson } from "../ipc/jsonC.ts"

/** How JSON is spaced: as json-c writes it (sway and its forks), or as yajl does, without spaces (i3). */
export type Dialect = "sway" | "i3"

/** A value as JSON, as this compositor would write it. */
export const jsonIn = (dialect: Dialect, value: unknown): string =>
  dialect === "sway" ? spacedJson(value) : JSON.stringify(value)

/** The reply to a SUBSCRIBE that is refused (sway's `ipc-server.c` has it as a literal). */
export const refusedSubscription = (dialect: Dialect): string =>
  dialect === "sway" ? '{"success": false}' : '{"success":false}'

/** The reply to a RUN_COMMAND with `count` commands that were not run. */
export const failedCommands = (dialect: Dialect, count: number, error: string): string =>
  jsonIn(
    dialect,
    Array.from({ length: count }, () => ({ success: false, parse_error: false, error })),
  )

/** The reply to any other request that failed. */
export const failedRequest = (dialect: Dialect, error: string): string => jsonIn(dialect, { success: false, error })
