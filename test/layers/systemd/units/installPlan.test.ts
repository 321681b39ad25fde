import * as fs from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { UserManager } from "../../../../src/layers/systemd/UserManager.ts"
import { unitNames } from "../../../../src/layers/systemd/units/catalogue.ts"
import { installedLifetime, objectionTo, planInstall } from "../../../../src/layers/systemd/units/installPlan.ts"
import type { UnitProperties } from "../../../../src/layers/systemd/units/properties.ts"
import { makeOwnDir } from "../../support/children.ts"

const { daemon, sessionTarget } = unitNames

const options = { command: ["/opt/i3pm"], systemd: 252 } as const

const planWith = (directory: string, target: UnitProperties = { LoadState: "not-found" }) =>
  Effect.provide(
    planInstall(directory, options),
    Layer.mock(UserManager, { show: names => Effect.succeed(names.map(() => target)) }),
  )

describe("planInstall", () => {
  it.scoped("has all units and links in an empty directory", () =>
    Effect.gen(function* () {
      const directory = yield* makeOwnDir
      const plan = yield* planWith(directory)
      assert.lengthOf(plan.files, 7)
      assert.isTrue(plan.links.every(({ isThere }) => !isThere))
      assert.deepInclude(plan, { obsoleteLinks: [], refusals: [], usedTarget: undefined })
    }),
  )

  it.scoped("uses someone else's session target, unless it cannot be used", () =>
    Effect.gen(function* () {
      const directory = yield* makeOwnDir
      const target = { LoadState: "loaded", FragmentPath: `/usr/${sessionTarget}` }
      const used = yield* planWith(directory, target)
      assert.deepInclude(used, { usedTarget: `/usr/${sessionTarget}`, refusals: [] })
      assert.lengthOf(used.files, 6)
      const { refusals } = yield* planWith(directory, { ...target, CanStart: "no" })
      assert.deepStrictEqual(
        refusals.map(({ path, reason }) => [reason, path]),
        [["Foreign", `/usr/${sessionTarget}`]],
      )
    }),
  )

  it.scoped("removes the links of another lifetime", () =>
    Effect.gen(function* () {
      const directory = yield* makeOwnDir
      const link = `${directory}/default.target.wants/${daemon}`
      assert.strictEqual(yield* installedLifetime(directory), "session")
      fs.mkdirSync(`${directory}/default.target.wants`)
      fs.symlinkSync(`${directory}/${daemon}`, link)
      assert.deepStrictEqual((yield* planWith(directory)).obsoleteLinks, [link])
      assert.strictEqual(yield* installedLifetime(directory), "manager")
    }),
  )

  it.scoped("accepts a link to a package's unit of the same name, and no other", () =>
    Effect.gen(function* () {
      const directory = yield* makeOwnDir
      const link = `${directory}/timers.target.wants/${unitNames.timer}`
      fs.mkdirSync(`${directory}/timers.target.wants`)
      fs.symlinkSync(`/usr/lib/systemd/user/${unitNames.timer}`, link)
      const plan = yield* planWith(directory)
      assert.deepStrictEqual(plan.refusals, [])
      assert.isTrue(plan.links.find(({ path }) => path === link)?.isThere)
      for (const target of ["/dev/null", "/usr/lib/systemd/user/other.timer"]) {
        fs.rmSync(link)
        fs.symlinkSync(target, link)
        const { refusals } = yield* planWith(directory)
        assert.deepStrictEqual(
          refusals.map(({ path }) => path),
          [link],
        )
      }
    }),
  )

  it.scoped("refuses a unit file that is too large to read", () =>
    Effect.gen(function* () {
      const directory = yield* makeOwnDir
      fs.writeFileSync(`${directory}/${daemon}`, "")
      fs.truncateSync(`${directory}/${daemon}`, 2 ** 21)
      const [refusal] = (yield* planWith(directory)).refusals
      assert.deepInclude(refusal, { reason: "Other", path: `${directory}/${daemon}` })
      assert.include(refusal?.message, "has 2097152 bytes")
    }),
  )
})

describe("objectionTo", () => {
  const cases: ReadonlyArray<readonly [UnitProperties, string | undefined]> = [
    [{ LoadState: "loaded" }, undefined],
    [{ LoadState: "masked" }, "is masked"],
    [{ LoadState: "error" }, "cannot be loaded (error)"],
    [{ LoadState: "loaded", RefuseManualStart: "yes" }, "cannot be started (RefuseManualStart=yes)"],
  ]
  for (const [properties, expected] of cases) {
    it(`of ${JSON.stringify(properties)} is ${expected}`, () => assert.strictEqual(objectionTo(properties), expected))
  }
})
