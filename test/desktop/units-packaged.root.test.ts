/** `i3pm units` beside the units of a package: copies are said to hide them, and uninstall says how the package's start again. */
import * as fs from "node:fs"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { unitNames } from "../../src/layers/systemd/units/catalogue.ts"
import { makeBareDesk } from "../support/doctorDesk.ts"
import { describeWith, sessionTools, swayTools } from "../support/needs.ts"

const { relaySocket: RELAY_SOCKET, timer: TIMER } = unitNames

describeWith([...swayTools, ...sessionTools, "node"], "units beside a package", () => {
  it.scopedLive("say that copies hide the package's, and how these start again", () =>
    Effect.gen(function* () {
      const { line, session, shell, systemctl } = yield* makeBareDesk
      const alone = yield* shell("i3pm units install")
      assert.notInclude(alone.stderr, "a package has these units")
      assert.include(alone.stderr, "next: i3pm session install")
      // The directory of an administrator comes after the user's, as the one of a package does, and the test may write to it.
      const directory = "/etc/systemd/user"
      for (const name of Object.values(unitNames)) {
        fs.copyFileSync(`${session.unitDir}/${name}`, `${session.root}${directory}/${name}`)
      }
      yield* line("i3pm session install")

      const beside = yield* shell("i3pm units install")
      assert.match(beside.stderr, /warning: a package has these units already, in \/etc\//)
      assert.include(beside.stderr, "only needed for --daemon-lifetime manager")
      assert.notInclude(beside.stderr, "next: i3pm session install")
      assert.deepStrictEqual(JSON.parse(beside.stdout).next, ["i3pm doctor"])

      const removed = yield* shell("i3pm units uninstall")
      const next = `systemctl --user start ${TIMER} ${RELAY_SOCKET}`
      assert.deepStrictEqual([removed.code, JSON.parse(removed.stdout).next], [0, [next]], removed.stderr)
      assert.include(removed.stderr, `next: ${next}`)
      yield* line(next)
      assert.match(yield* session.show(TIMER, "FragmentPath"), /^\/etc\//)
      assert.strictEqual(yield* session.show(TIMER, "ActiveState"), "active")

      yield* systemctl("stop", TIMER, RELAY_SOCKET)
      const nothing = yield* shell("i3pm units uninstall")
      assert.deepStrictEqual([nothing.code, JSON.parse(nothing.stdout).next], [0, []])
    }),
  )
})
