/** What the relay says in a compositor's place, with the spaces that this compositor writes: some clients compare bytes. Pure. */

/** Whose spelling: json-c's with spaces (sway and its forks) or yajl's without (i3). */
export type Dialect = "sway" | "i3"

/**
 * The value as json-c prints it with JSON_C_TO_STRING_SPACED, which is how sway prints replies and events: a space inside each
 * bracket and behind each comma and colon, and `/` escaped.
 */
const spaced = (value: unknown): string => {
  if (Array.isArray(value)) return value.length === 0 ? "[ ]" : `[ ${value.map(spaced).join(", ")} ]`
  if (typeof value === "object" && value !== null) {
    const fields = Object.entries(value).map(([key, field]) => `${JSON.stringify(key)}: ${spaced(field)}`)
    return fields.length === 0 ? "{ }" : `{ ${fields.join(", ")} }`
  }
  return typeof value === "string" ? JSON.stringify(value).replaceAll("/", "\\/") : (JSON.stringify(value) ?? "null")
}

/** A JSON value in the spelling of a compositor. */
export const jsonIn = (dialect: Dialect, value: unknown): string =>
  dialect === "sway" ? spaced(value) : JSON.stringify(value)

/** The reply to a SUBSCRIBE that is refused (sway's `ipc-server.c` has it as a literal). */
export const refusedSubscription = (dialect: Dialect): string =>
  dialect === "sway" ? '{"success": false}' : '{"success":false}'

/** The reply to a RUN_COMMAND of so many commands of which none was run. */
export const failedCommands = (dialect: Dialect, count: number, error: string): string =>
  jsonIn(
    dialect,
    Array.from({ length: count }, () => ({ success: false, parse_error: false, error })),
  )

/** The reply to any other request that was not done. */
export const failedRequest = (dialect: Dialect, error: string): string => jsonIn(dialect, { success: false, error })
