import * as fs from "node:fs"
import * as path from "node:path"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { launcherOf } from "../../../src/programs/process/launcher.ts"
import { makeScratchDir } from "../../support/TestUser.ts"

/** `<prefix>/lib/i3pm/main.cjs`, with this done to `<prefix>/bin/i3pm`. */
const entryWith = (make: (launcher: string, entry: string) => void) =>
  Effect.map(makeScratchDir, prefix => {
    const [launcher, entry] = [path.join(prefix, "bin/i3pm"), path.join(prefix, "lib/i3pm/main.cjs")]
    for (const file of [launcher, entry]) fs.mkdirSync(path.dirname(file), { recursive: true })
    fs.writeFileSync(entry, "")
    make(launcher, entry)
    return { launcher, entry }
  })

it.scoped("a package's launcher is found", () =>
  Effect.gen(function* () {
    const { entry, launcher } = yield* entryWith(launcher => fs.writeFileSync(launcher, "#!/bin/sh\n"))
    assert.strictEqual(launcherOf(entry), launcher)
  }),
)

it.scoped("a link to the entry is none, and neither is nothing", () =>
  Effect.gen(function* () {
    const linked = yield* entryWith((launcher, entry) => fs.symlinkSync(entry, launcher))
    assert.isUndefined(launcherOf(linked.entry))
    const absent = yield* entryWith(() => {})
    assert.isUndefined(launcherOf(absent.entry))
  }),
)
