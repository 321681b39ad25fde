import { assert, describe, it } from "@effect/vitest"
import * as Either from "effect/Either"
import { checkBindable, nameOf, remainingTies } from "../../../../src/layers/session/binding/bindable.ts"
import type { UnitProperties } from "../../../../src/layers/systemd/units/properties.ts"

const G = "graphical-session.target"

describe("nameOf", () => {
  const cases: ReadonlyArray<readonly [string, string]> = [
    ["a", "a.service"],
    ["a.timer", "a.timer"],
    ["a@1", "a@1.service"],
    ["a@.service", "Template"],
    ["/a.service", "InvalidName"],
    [G, "InvalidName"],
  ]
  for (const [typed, expected] of cases) {
    it(`of ${typed} is ${expected}`, () =>
      assert.strictEqual(
        Either.match(nameOf(typed), { onLeft: ({ reason }) => reason as string, onRight: name => name }),
        expected,
      ))
  }
})

describe("checkBindable", () => {
  const loaded = { Id: "a.service", LoadState: "loaded", FragmentPath: "/etc/a.service" }
  const cases: ReadonlyArray<readonly [string, UnitProperties, string | undefined]> = [
    ["a unit with a file", loaded, undefined],
    ["no unit", { LoadState: "not-found" }, "NoSuchUnit"],
    ["a masked unit", { ...loaded, LoadState: "masked" }, "Masked"],
    ["a unit that cannot be loaded", { ...loaded, LoadState: "error" }, "Broken"],
    ["a transient unit", { ...loaded, Transient: "yes" }, "Generated"],
    ["a unit of a generator", { ...loaded, FragmentPath: "/x/systemd/generator.late/a.service" }, "Generated"],
    ["a runtime unit", { ...loaded, FragmentPath: "/run/a.service" }, "Generated"],
    ["a unit without a file", { ...loaded, FragmentPath: "" }, "NoFile"],
  ]
  for (const [title, properties, reason] of cases) {
    it(`${reason === undefined ? "accepts" : "refuses"} ${title}`, () => {
      const result = checkBindable("a.service", properties)
      assert.strictEqual(Either.isLeft(result) ? result.left.reason : undefined, reason)
    })
  }

  it("gives the command for a unit with a backslash in its name as a shell needs it", () => {
    const result = checkBindable("a\\x2db.service", { LoadState: "masked" })
    assert.include(
      Either.isLeft(result) ? result.left.message : "",
      "run systemctl --user unmask 'a\\x2db.service' first",
    )
  })
})

describe("remainingTies", () => {
  it("names each property that still has the old target", () => {
    const [warning = ""] = remainingTies({ Id: "a.service", WantedBy: `b.target ${G}`, After: G })
    assert.include(warning, `a.service still has ${G} in After, WantedBy`)
    assert.deepStrictEqual(remainingTies({ Id: "a.service", WantedBy: "b.target" }), [])
    const [quoted = ""] = remainingTies({ Id: "a\\x2db.service", After: G })
    assert.include(quoted, `systemctl --user cat 'a\\x2db.service' ${G} shows why`)
  })
})
