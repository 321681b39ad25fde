/** What the home-manager module makes, in a real user session: started and stopped by its target, and run by a real sway. */

import * as fs from "node:fs"
import * as path from "node:path"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { swayConfig } from "../support/Desktop.ts"
import { health } from "../support/daemon.ts"
import { describeWith, sessionTools, swayTools } from "../support/needs.ts"
import { configuration, type Evaluated } from "../support/nix.ts"
import type { Finished } from "../support/Spawn.ts"
import { makeScratchDir, runsAsRoot, stageBundle, TEST_GID, TEST_UID } from "../support/TestUser.ts"
import { startUserSession, type UserSession } from "../support/UserSession.ts"
import { eventually } from "../support/waiting.ts"

const TARGET = "sway-session.target"
const OURS = [
  "i3-project-daemon.service",
  "eww-monitoring-panel.service",
  "i3wsr.service",
  "sway-config-manager.service",
]

/** The program at the place where a package has it: a script, as Nix makes them, that names its Node. */
const makePackage = Effect.gen(function* () {
  const entry = yield* stageBundle
  const directory = yield* makeScratchDir
  fs.mkdirSync(path.join(directory, "bin"))
  fs.writeFileSync(path.join(directory, "bin/i3pm"), `#!/bin/sh\nexec '${process.execPath}' '${entry}' "$@"\n`)
  fs.chmodSync(path.join(directory, "bin/i3pm"), 0o755)
  if (runsAsRoot) fs.chownSync(path.join(directory, "bin"), TEST_UID, TEST_GID)
  return directory
})

const succeeded = ({ code, stderr, stdout }: Finished) => {
  assert.strictEqual(code, 0, stderr)
  return stdout
}

/** The files where home-manager puts them; what enables a unit is a link, there as here. */
const activate = (session: UserSession, { files }: Evaluated) =>
  Effect.gen(function* () {
    const write = (name: string, put: (at: string) => void) => {
      const at = path.join(session.configHome, name)
      fs.mkdirSync(path.dirname(at), { recursive: true })
      put(at)
    }
    for (const [name, text] of Object.entries(files)) {
      const [, directory, unit] = /^(systemd\/user)\/[^/]+\/(.+)$/.exec(name) ?? []
      if (directory !== undefined) write(name, at => fs.symlinkSync(`${session.configHome}/${directory}/${unit}`, at))
      else write(name, at => fs.writeFileSync(at, text))
    }
    succeeded(yield* session.systemctl("daemon-reload"))
  })

const setUp = (name: string) =>
  Effect.gen(function* () {
    const evaluated = yield* configuration(name, "--argstr", "package", yield* makePackage)
    const session = yield* startUserSession
    yield* activate(session, evaluated)
    return { evaluated, session }
  })

const untilAll = (session: UserSession, expected: string, ...units: ReadonlyArray<string>) =>
  Effect.forEach(units, unit => eventually(session.show(unit, "ActiveState"), state => state === expected), {
    discard: true,
  })

/** The units in the tree of a target, without the target itself. */
const dependencies = (session: UserSession, target: string) =>
  Effect.map(session.systemctl("list-dependencies", "--plain", target), finished =>
    succeeded(finished)
      .split("\n")
      .map(line => line.trim())
      .filter(line => line.endsWith(".service")),
  )

describeWith([...sessionTools, "node", "nix-instantiate"], "the units that Nix makes", () => {
  it.scopedLive(
    "start with the session target and stop with it, and no other target has them",
    () =>
      Effect.gen(function* () {
        const { session } = yield* setUp("migrated")
        for (const unit of [TARGET, ...OURS, "sway-socket-cleanup.service", "sway-socket-cleanup.timer"]) {
          assert.strictEqual(yield* session.show(unit, "LoadState"), "loaded", unit)
        }
        assert.notMatch(yield* session.journal(), /Unknown (key|section)|Failed to parse|ignoring/i)
        assert.includeMembers([...(yield* dependencies(session, TARGET))], OURS)
        const graphical = yield* dependencies(session, "graphical-session.target")
        assert.deepStrictEqual(
          graphical.filter(unit => OURS.includes(unit)),
          [],
        )

        // Outside of the session: i3wsr is also wanted by the default target, which must not have started it.
        for (const unit of OURS) assert.strictEqual(yield* session.show(unit, "ActiveState"), "inactive", unit)
        assert.notStrictEqual((yield* session.systemctl("start", "i3wsr.service")).code, 0)

        succeeded(yield* session.systemctl("start", TARGET))
        yield* untilAll(session, "active", TARGET, "graphical-session.target", ...OURS, "untouched.service")
        assert.strictEqual(yield* session.show("i3-project-daemon.service", "Type"), "notify")
        succeeded(yield* session.systemctl("stop", TARGET))
        yield* untilAll(session, "inactive", TARGET, "graphical-session.target", ...OURS, "untouched.service")

        succeeded(yield* session.systemctl("start", "sway-socket-cleanup.timer", "sway-socket-cleanup.service"))
        assert.strictEqual(yield* session.show("sway-socket-cleanup.service", "Result"), "success")
      }),
    90_000,
  )
})

describeWith([...sessionTools, "node", "nix-instantiate"], "the units that Nix makes for another's target", () => {
  it.scopedLive(
    "start and stop with it, also where its name is an escaped one",
    () =>
      Effect.gen(function* () {
        const { session } = yield* setUp("escapedTarget")
        const target = "wayland-session@sway\\x2duwsm.desktop.target"
        assert.includeMembers([...(yield* dependencies(session, target))], OURS)
        succeeded(yield* session.systemctl("start", target))
        yield* untilAll(session, "active", target, ...OURS)
        succeeded(yield* session.systemctl("stop", target))
        yield* untilAll(session, "inactive", target, ...OURS)
      }),
    90_000,
  )
})

describeWith([...swayTools, ...sessionTools, "node", "nix-instantiate"], "the sway line that Nix makes", () => {
  it.scopedLive(
    "runs the session: all of it goes with a killed sway, and comes with the next one",
    () =>
      Effect.gen(function* () {
        const { evaluated, session } = yield* setUp("managed")
        const config = `${swayConfig}${evaluated.sway}\n`
        const first = yield* session.startSway({ config })
        yield* untilAll(session, "active", TARGET, ...OURS)
        const healthyAt = eventually(health(session.runtimeDir), ({ status }) => status === "healthy")
        assert.strictEqual((yield* healthyAt).socket_path, first.socketPath)

        yield* first.kill("SIGKILL")
        yield* untilAll(session, "inactive", TARGET, ...OURS)

        const second = yield* session.startSway({ config })
        yield* untilAll(session, "active", TARGET, ...OURS)
        assert.strictEqual((yield* healthyAt).socket_path, second.socketPath)
        yield* second.kill("SIGTERM")
        yield* untilAll(session, "inactive", TARGET, ...OURS)
      }),
    90_000,
  )
})
