import * as fs from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import { outdatedCopies } from "../../../src/layers/doctor/gather/copies.ts"
import { writeRecord } from "../../../src/layers/session/binding/BoundRecord.ts"
import { move } from "../../../src/layers/session/binding/bindPlan.ts"
import { absent, file, type PathState } from "../../../src/layers/session/binding/PathState.ts"
import { UserDirs } from "../../../src/layers/system/UserDirs.ts"
import { rewriteUnit } from "../../../src/layers/systemd/units/rewrite.ts"
import { makeOwnDir } from "../support/children.ts"

const unitOf = (program: string) => `[Unit]\nAfter=graphical-session.target\n[Service]\nExecStart=${program}\n`

describe("copies of package's units", () => {
  it.scoped("are named once the package has changed its unit, and only then", () =>
    Effect.gen(function* () {
      const root = yield* makeOwnDir
      const [units, usr, state] = [`${root}/units`, `${root}/usr`, `${root}/state`]
      const change = (unit: string, before: PathState) => ({ path: `${units}/${unit}`, before, after: file("", 0o644) })
      for (const directory of [units, usr, `${state}/i3pm/bound`]) fs.mkdirSync(directory, { recursive: true })
      fs.writeFileSync(`${usr}/a.service`, unitOf("/bin/a"))
      fs.writeFileSync(`${units}/a.service`, rewriteUnit(unitOf("/bin/a"), move))
      // Not bound by i3pm.
      fs.writeFileSync(`${usr}/b.service`, unitOf("/bin/b"))
      fs.writeFileSync(`${units}/b.service`, unitOf("/bin/other"))
      yield* writeRecord(state, "a.service", [change("a.service", absent)])
      // The user's own file before session bind.
      fs.writeFileSync(`${usr}/c.service`, unitOf("/bin/c"))
      fs.writeFileSync(`${units}/c.service`, unitOf("/bin/mine"))
      yield* writeRecord(state, "c.service", [change("c.service", file("", 0o644))])
      const look = outdatedCopies(`${units} ${usr}`).pipe(
        Effect.provideService(UserDirs, { config: root, state, units }),
        Effect.map(Either.getOrThrow),
      )
      assert.deepStrictEqual(yield* look, [])
      fs.writeFileSync(`${usr}/a.service`, unitOf("/bin/a --new"))
      assert.deepStrictEqual(yield* look, [
        { unit: "a.service", copy: `${units}/a.service`, source: `${usr}/a.service` },
      ])
      // The manager may spell the user's directory otherwise: that has no package's units either.
      fs.symlinkSync(units, `${root}/link`)
      const spelledOtherwise = outdatedCopies(`${root}/link ${usr}`).pipe(
        Effect.provideService(UserDirs, { config: root, state, units }),
        Effect.map(Either.getOrThrow),
      )
      assert.lengthOf(yield* spelledOtherwise, 1)
    }),
  )
})
