/**
 * The services in `examples/` under a real `systemd --user`, all at once and with their own units: they start with
 * `sway-session.target`, end with a killed sway, and do their job beside the next one. Pictures of swaybar are kept in `.artifacts/`.
 */
import * as fs from "node:fs"
import * as path from "node:path"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { buildExamples, exampleNames, examples, makeManaged, untilAllDone } from "../support/examples.ts"
import { BUILD_LIMIT } from "../support/library.ts"
import { describeWith, sessionTools, swayTools } from "../support/needs.ts"
import { keepPicture, takePicture } from "../support/picture.ts"
import { runsAsRoot, stageBundle, TEST_GID, TEST_UID } from "../support/TestUser.ts"
import { startUserSession, type UserSession } from "../support/UserSession.ts"
import { eventually } from "../support/waiting.ts"

/** The button of the workspace with the focus: as wide as its name. */
const BUTTON = "#11cc66"

const BAR = `output HEADLESS-1 resolution 640x400
bar {
  position top
  font DejaVu Sans 10
  colors {
    background #101010
    focused_workspace ${BUTTON} ${BUTTON} #000000
  }
}
`

/** Puts an example where its unit looks for it. */
const install = (session: UserSession, name: string, bundled: string) =>
  Effect.gen(function* () {
    const out = path.join(session.home, name, "out")
    fs.mkdirSync(out, { recursive: true })
    // A file that ends in `.js` is a module by its package.
    fs.writeFileSync(path.join(session.home, name, "package.json"), '{ "type": "module" }')
    fs.copyFileSync(bundled, path.join(out, "main.js"))
    if (runsAsRoot) fs.chownSync(out, TEST_UID, TEST_GID)
    const unit = fs.readFileSync(`${examples}/${name}/${name}.service`, "utf8")
    yield* session.writeUnit(`${name}.service`, unit.replace("/usr/bin/env node", process.execPath))
  })

const untilStates = (session: UserSession, state: string) =>
  Effect.forEach(exampleNames, name => eventually(session.show(`${name}.service`, "ActiveState"), now => now === state))

describeWith(
  [...swayTools, ...sessionTools, "node", "npm", "foot", "swaybar", "grim"],
  "the examples under sway-session.target",
  () => {
    it.scopedLive(
      "do their job again beside the sway after a killed one",
      () =>
        Effect.gen(function* () {
          const session = yield* startUserSession
          const bundle = yield* buildExamples
          const entry = yield* stageBundle
          yield* session.run(process.execPath, [entry, "units", "install"])
          for (const name of exampleNames) yield* install(session, name, bundle(name, "main"))
          const enabled = yield* session.systemctl("enable", ...exampleNames)
          assert.strictEqual(enabled.code, 0, enabled.stderr)
          const config = `xwayland disable\n${BAR}exec "${process.execPath}" "${entry}" session run\n${makeManaged(session.home)}`
          const desk = {
            home: session.home,
            panel: session.journal("eww-panel.service"),
            manager: session.journal("config-manager.service"),
          }
          const display = "wayland-1"
          const button = Effect.map(takePicture(session.runtimeDir, display), picture => picture.count(BUTTON, 0, 30))

          const first = yield* session.startSway({ config })
          yield* untilStates(session, "active")
          yield* untilAllDone({ ...desk, socketPath: first.socketPath }, "first")
          // Wider than the single digit that the workspace begins with.
          const width = yield* eventually(button, pixels => pixels > 800)
          keepPicture(yield* takePicture(session.runtimeDir, display), "workspace-names-1-before")
          yield* first.kill("SIGKILL")
          yield* untilStates(session, "inactive")

          const second = yield* session.startSway({ config })
          yield* untilStates(session, "active")
          yield* untilAllDone({ ...desk, socketPath: second.socketPath }, "second")
          yield* eventually(button, pixels => pixels === width)
          keepPicture(yield* takePicture(session.runtimeDir, display), "workspace-names-2-after")
          yield* second.kill("SIGTERM")
          yield* untilStates(session, "inactive")
        }),
      BUILD_LIMIT,
    )
  },
)
