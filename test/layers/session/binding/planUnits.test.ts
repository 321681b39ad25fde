import * as fs from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { findUnits, fullNames, planUnits } from "../../../../src/layers/session/binding/planUnits.ts"
import { UserManager } from "../../../../src/layers/systemd/UserManager.ts"
import { makeFakeUnits } from "../../support/fakeUnits.ts"

const S = "sway-session.target"

const setUp = Effect.gen(function* () {
  const fake = yield* makeFakeUnits
  const manager = yield* Effect.provide(UserManager, fake.layer)
  return { fake, services: { manager, state: fake.dirs.state, units: fake.dirs.units } }
})

describe("fullNames", () => {
  it.effect("has each name once", () =>
    Effect.map(fullNames(["a", "b.timer", "a.service"]), names =>
      assert.deepStrictEqual(names, ["a.service", "b.timer"]),
    ),
  )
})

describe("findUnits", () => {
  it.scoped("groups aliases with their unit, and knows whether the target is installed", () =>
    Effect.gen(function* () {
      const { fake, services } = yield* setUp
      fake.write(`${fake.usr}/a.service`, "[Service]\n")
      fake.overrides["b.service"] = { Id: "a.service", LoadState: "loaded", FragmentPath: `${fake.usr}/a.service` }
      const names = ["b.service", "a.service"]
      const { found, hasTarget } = yield* findUnits(services, names)
      assert.deepStrictEqual(
        found.map(({ aliases, unit }) => [unit, aliases]),
        [["a.service", ["b.service"]]],
      )
      assert.isFalse(hasTarget)
      fake.write(`${fake.usr}/${S}`, "[Unit]\n")
      assert.isTrue((yield* findUnits(services, names)).hasTarget)
    }),
  )
})

describe("planUnits", () => {
  it.scoped("changes the user's own files where the manager spells their directory otherwise", () =>
    Effect.gen(function* () {
      const { fake, services } = yield* setUp
      const link = `${fake.root}/link`
      fs.symlinkSync(fake.dirs.config, link)
      const units = `${link}/systemd/user`
      fake.write(`${fake.dirs.units}/a.service`, "[Unit]\nPartOf=graphical-session.target\n[Service]\n")
      fake.write(`${fake.dirs.units}/a.service.d/b.conf`, "[Unit]\nAfter=graphical-session.target\n")
      const [plan] = yield* Effect.flatMap(findUnits(services, ["a.service"]), found =>
        planUnits({ ...services, units }, found),
      )
      assert.deepStrictEqual(
        plan?.changes.map(({ after, path }) => [path, after.kind]),
        [
          [`${units}/a.service`, "file"],
          [`${units}/a.service.d/b.conf`, "file"],
          [`${units}/${S}.wants`, "directory"],
          [`${units}/${S}.wants/a.service`, "link"],
        ],
      )
    }),
  )

  it.scoped("marks a directory that an earlier unit of the same plan needs too", () =>
    Effect.gen(function* () {
      const { fake, services } = yield* setUp
      for (const name of ["a", "b"]) fake.write(`${fake.usr}/${name}.service`, "[Service]\n")
      const plans = yield* Effect.flatMap(findUnits(services, ["a.service", "b.service"]), found =>
        planUnits(services, found),
      )
      const shared = plans.map(({ changes }) => changes.find(({ path }) => path.endsWith(`${S}.wants`))?.shared)
      assert.deepStrictEqual(shared, [false, true])
      assert.include(plans[0]?.warnings.join(), "i3pm units install")
    }),
  )
})
