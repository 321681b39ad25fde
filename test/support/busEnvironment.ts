/** The environment of what a real session bus starts: seen by a service that writes it down. */
import { chownSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import * as Effect from "effect/Effect"
import { TEST_GID, TEST_UID } from "./TestUser.ts"
import type { UserSession } from "./UserSession.ts"
import { eventually } from "./waiting.ts"

const NAME = "org.i3pm.Environment"

/** Adds a service to the bus that writes its environment to a file, and ends. */
const addService = (session: UserSession, file: string) => {
  let directory = session.home
  for (const name of [".local", "share", "dbus-1", "services"]) {
    directory = `${directory}/${name}`
    mkdirSync(directory, { recursive: true })
    chownSync(directory, TEST_UID, TEST_GID)
  }
  const service = `[D-BUS Service]\nName=${NAME}\nExec=/bin/sh -c "env >${file}.new; mv ${file}.new ${file}; exit 1"\n`
  writeFileSync(`${directory}/${NAME}.service`, service)
}

/** A bus call without arguments of its own. */
const call = (session: UserSession, ...args: ReadonlyArray<string>) =>
  session.run("busctl", [
    "--user",
    "call",
    "org.freedesktop.DBus",
    "/org/freedesktop/DBus",
    "org.freedesktop.DBus",
    ...args,
  ])

/** The variables that the session bus gives to a service that it starts now. */
export const busEnvironment = (session: UserSession) =>
  Effect.gen(function* () {
    const file = `${session.home}/bus-environment`
    rmSync(file, { force: true })
    addService(session, file)
    yield* call(session, "ReloadConfig")
    // It fails with the status of the service: with 0 the bus would go on waiting for the name.
    yield* call(session, "StartServiceByName", "su", NAME, "0")
    const text = yield* eventually(
      Effect.sync(() => {
        try {
          return readFileSync(file, "utf8")
        } catch {
          return ""
        }
      }),
      each => each !== "",
    )
    return new Map(
      text
        .trimEnd()
        .split("\n")
        .map(line => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)] as const),
    )
  })
