import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { isCompositor, isHalted, layer, ProcessTable, parseStat } from "../../../src/layers/system/ProcessTable.ts"
import { until } from "../../support/waiting.ts"
import { makeZombie, ownUid, startSleeper } from "../support/children.ts"

const find = (pid: number) => Effect.flatMap(ProcessTable, table => table.find(pid)).pipe(Effect.provide(layer))

describe("parseStat", () => {
  it("reads name and state, parentheses and spaces in the name included", () => {
    assert.deepStrictEqual(parseStat("42 (sway) S 1 42 42 0 -1"), { name: "sway", state: "S" })
    assert.deepStrictEqual(parseStat("42 (a ) S (b) T 1 42"), { name: "a ) S (b", state: "T" })
    assert.deepStrictEqual(parseStat("42 () R 1"), { name: "", state: "R" })
  })

  it("makes nothing of anything else", () => {
    for (const line of ["", "42", "42 (sway", "42 sway) S", "42 (sway)", "42 (sway) "])
      assert.isUndefined(parseStat(line))
  })
})

describe("isCompositor", () => {
  it("knows sway, i3, the forks and NixOS's wrappers", () => {
    const names = [
      "sway",
      "i3",
      "scroll",
      "swayfx",
      ".sway-wrapped",
      ".scroll-wrapped",
      ".swayfx-wrapped",
      ".i3-wrapped",
    ]
    assert.deepStrictEqual(
      names.filter(name => !isCompositor(name)),
      [],
    )
  })

  it("takes nothing else for one", () => {
    const names = [
      "swaybar",
      "swayidle",
      "swaybg",
      "swaymsg",
      "i3bar",
      "i3status",
      "Sway",
      ".swaybar-wrapped",
      "sway-wrapped",
      "",
    ]
    assert.deepStrictEqual(names.filter(isCompositor), [])
  })
})

describe("find", () => {
  it.scopedLive("finds a running process with its name, uid and state", () =>
    Effect.gen(function* () {
      const { pid = 0 } = yield* startSleeper("sway")
      const info = Option.getOrThrow(
        yield* until(
          find(pid),
          Option.exists(({ name }) => name === "sway"),
        ),
      )
      assert.deepInclude(info, { pid, name: "sway", uid: ownUid })
      assert.isFalse(isHalted(info))
    }),
  )

  it.scopedLive("finds a name that looks like the rest of the line", () =>
    Effect.gen(function* () {
      const { pid = 0 } = yield* startSleeper("a) T 1 (b")
      const info = Option.getOrThrow(yield* find(pid))
      assert.strictEqual(info.name, "a) T 1 (b")
      assert.isFalse(isHalted(info))
    }),
  )

  it.scopedLive("sees that a process is stopped and goes on", () =>
    Effect.gen(function* () {
      const child = yield* startSleeper("sway")
      const stopped = Effect.map(find(child.pid ?? 0), Option.exists(isHalted))
      assert.isFalse(yield* stopped)
      child.kill("SIGSTOP")
      assert.isTrue(yield* until(stopped, value => value))
      child.kill("SIGCONT")
      assert.isFalse(yield* until(stopped, value => !value))
    }),
  )

  it.scopedLive("finds no zombie", () =>
    Effect.gen(function* () {
      const pid = yield* makeZombie
      yield* until(find(pid), Option.isNone)
      // It is still there: only its state says that it is dead.
      assert.isTrue(process.kill(pid, 0))
    }),
  )

  it.effect("finds no process where there is none", () =>
    Effect.gen(function* () {
      for (const pid of [0, -1, 99_999_999, Number.NaN, 2 ** 31]) assert.isTrue(Option.isNone(yield* find(pid)))
    }),
  )
})
