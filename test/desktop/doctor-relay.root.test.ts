/** `i3pm doctor` where the relay or its variables are not as they have to be. */
import * as fs from "node:fs"
import * as path from "node:path"
import * as Effect from "effect/Effect"
import { unitNames } from "../../src/layers/systemd/units/catalogue.ts"
import { testCases } from "../support/doctorCases.ts"
import { type Desk, makeOwn, writeOwn } from "../support/doctorDesk.ts"
import { eventually } from "../support/waiting.ts"

const RELAY = unitNames.relay

/** Starts the relay's units; they are stopped after the test. */
const startRelay = ({ session, systemctl }: Desk) =>
  Effect.gen(function* () {
    yield* Effect.addFinalizer(() => Effect.ignore(systemctl("stop", RELAY, unitNames.relaySocket)))
    yield* systemctl("start", unitNames.relaySocket, RELAY)
    yield* eventually(
      Effect.sync(() => fs.existsSync(`${session.runtimeDir}/i3pm/control.sock`)),
      exists => exists,
    )
  })

/** The relay of another version: the built program with another number in it, as long as the relay starts. */
const oldRelay = (desk: Desk) =>
  Effect.gen(function* () {
    const bundle = `${desk.dist}/relay.cjs`
    const text = fs.readFileSync(bundle, "utf8")
    const { version } = JSON.parse(fs.readFileSync("package.json", "utf8"))
    writeOwn(bundle, text.replaceAll(`"${version}"`, '"0.0.1"'))
    yield* startRelay(desk)
    writeOwn(bundle, text)
  })

/** `session.relay` is set, and sway's configuration has imported the compositor's own socket after `session run`. */
const importedLater = (desk: Desk) =>
  Effect.gen(function* () {
    const { session, socket, systemctl } = desk
    const directory = `${path.dirname(path.dirname(session.unitDir))}/i3pm`
    const compositor = yield* socket
    yield* startRelay(desk)
    yield* Effect.acquireRelease(
      Effect.sync(() => {
        makeOwn(directory)
        writeOwn(`${directory}/config.toml`, "[session]\nrelay = true\n")
      }),
      () =>
        Effect.zipRight(
          Effect.sync(() => fs.rmSync(directory, { recursive: true })),
          Effect.ignore(systemctl("set-environment", `SWAYSOCK=${compositor}`, `I3SOCK=${compositor}`)),
        ),
    )
    const relay = `${session.runtimeDir}/i3pm/relay.sock`
    yield* systemctl("set-environment", `SWAYSOCK=${relay}`, `I3SOCK=${relay}`)
    yield* desk.line("systemctl --user import-environment SWAYSOCK")
  })

/** Services get the relay's path, and its socket unit was stopped. */
const relayGone = ({ line, session, socket, systemctl }: Desk) =>
  Effect.gen(function* () {
    const compositor = yield* socket
    yield* Effect.addFinalizer(() =>
      Effect.ignore(
        Effect.zipRight(
          systemctl("set-environment", `SWAYSOCK=${compositor}`, `I3SOCK=${compositor}`),
          systemctl("stop", RELAY),
        ),
      ),
    )
    yield* systemctl("set-environment", `SWAYSOCK=${session.runtimeDir}/i3pm/relay.sock`)
    yield* systemctl("stop", RELAY, unitNames.relaySocket)
    yield* line("test ! -S $XDG_RUNTIME_DIR/i3pm/relay.sock || rm $XDG_RUNTIME_DIR/i3pm/relay.sock")
  })

testCases("doctor, the relay", [
  {
    title: "a relay older than the program",
    id: "relay-version",
    status: "warning",
    says: "the relay is 0.0.1",
    broken: oldRelay,
  },
  {
    title: "a variable that was imported after the relay's",
    id: "relay-services",
    status: "wrong",
    says: "SWAYSOCK is /",
    broken: importedLater,
  },
  {
    title: "a variable with the relay's path where there is no relay",
    id: "relay-path",
    status: "wrong",
    says: "SWAYSOCK in systemd",
    broken: relayGone,
  },
])
