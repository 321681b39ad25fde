/** A restricted socket of the relay: the table `[relay.sockets.NAME]`. Plain, no Effect runtime: the CLI's fast path uses it. */
import { allOf, type Checked, type SettingsFault, valid } from "./SettingsFault.ts"
import { type ResyncName, resyncOf } from "./values.ts"

/** A restricted socket as it stands in the file. Which names and patterns there are is checked by who makes a policy of it. */
export interface RestrictedSocket {
  readonly name: string
  readonly preset: string | undefined
  readonly requests: ReadonlyArray<string>
  readonly events: ReadonlyArray<string>
  readonly commands: ReadonlyArray<string>
  /** `undefined`: as `relay.resync`. */
  readonly resync: ResyncName | undefined
  /** The path of the file, for errors. */
  readonly where: string
}

/** A table of TOML. */
export type Table = Readonly<Record<string, unknown>>

/** True for a table. */
export const isTable = (value: unknown): value is Table =>
  typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Date)

/** The fault of a key in the file at `path`. `rest` follows the key and the path. */
export const wrongIn = (
  path: string,
  key: string,
  rest: string,
): { readonly ok: false; readonly fault: SettingsFault } => ({
  ok: false,
  fault: { reason: "InvalidValue", where: path, key, message: `${key} in ${path}${rest}` },
})

/** The fault of a key that is not known. `known` says which keys there are. */
export const unknownIn = (
  path: string,
  key: string,
  known: string,
): { readonly ok: false; readonly fault: SettingsFault } => ({
  ok: false,
  fault: { reason: "UnknownKey", where: path, key, message: `unknown setting ${key} in ${path}; ${known}` },
})

/** The key of all restricted sockets. */
export const SOCKETS = "relay.sockets"

const keys = ["preset", "requests", "events", "commands", "resync"] as const

/** A name is a part of a path and of the name of a unit. */
const isName = (name: string) => /^[a-z0-9-]{1,32}$/.test(name)

const listOf = (path: string, key: string, value: unknown): Checked<ReadonlyArray<string>> => {
  if (value === undefined) return valid([])
  return Array.isArray(value) && value.every(item => typeof item === "string")
    ? valid(value)
    : wrongIn(path, key, ' must be a list of texts in quotes, such as ["…", "…"]')
}

const textOf = (path: string, key: string, value: unknown): Checked<string | undefined> =>
  value === undefined || typeof value === "string" ? valid(value) : wrongIn(path, key, " must be text in quotes")

const resyncIn = (path: string, key: string, value: unknown): Checked<ResyncName | undefined> => {
  const text = textOf(path, key, value)
  if (!text.ok || text.value === undefined) return text.ok ? valid(undefined) : text
  return resyncOf(key)({ text: text.value, where: path, source: "file" })
}

/** The socket of the table `[relay.sockets.NAME]` in the file at `path`, or the first fault. */
export const restrictedSocketIn = (path: string, name: string, table: unknown): Checked<RestrictedSocket> => {
  const key = `${SOCKETS}.${name}`
  if (!isName(name)) {
    const rule = "a name has 1 to 32 characters of a to z, 0 to 9 and -"
    return wrongIn(path, key, ` is not the name of a socket: ${rule}`)
  }
  if (name === "default") {
    return wrongIn(path, key, ": this name is taken by the socket without restrictions")
  }
  if (!isTable(table)) return wrongIn(path, key, ` must be a table: [${key}]`)
  const unknown = Object.keys(table).find(each => !keys.some(known => known === each))
  if (unknown !== undefined) {
    return unknownIn(path, `${key}.${unknown}`, `the settings of a socket are ${keys.join(", ")}`)
  }
  return allOf<RestrictedSocket>({
    name: valid(name),
    preset: textOf(path, `${key}.preset`, table["preset"]),
    requests: listOf(path, `${key}.requests`, table["requests"]),
    events: listOf(path, `${key}.events`, table["events"]),
    commands: listOf(path, `${key}.commands`, table["commands"]),
    resync: resyncIn(path, `${key}.resync`, table["resync"]),
    where: valid(path),
  })
}
