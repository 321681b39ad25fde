/** The code of a system error (`ENOENT`, `ECONNREFUSED`, …), or `unknown error` where a cause has none. */
export const errnoOf = (cause: unknown): string =>
  typeof cause === "object" && cause !== null && "code" in cause ? String(cause.code) : "unknown error"
