/** `doctor --fix` changes files by other commands only, each of which has a test of its own here or is systemd's. */
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { unitNames } from "../../src/layers/systemd/units/catalogue.ts"
import { describeWith, sessionTools } from "../support/needs.ts"
import { changesBelow } from "./calls.ts"
import { makeDesk } from "./desk.ts"

describeWith([...sessionTools, "node", "strace"], "doctor --fix", () => {
  it.scopedLive("makes no change to a file by itself", () =>
    Effect.gen(function* () {
      const desk = yield* makeDesk
      yield* desk.done(["units", "install"])
      const whole = desk.state()
      yield* desk.session.systemctl("disable", unitNames.daemon)
      assert.notDeepEqual(desk.state(), whole)
      // It ends with 1, since there is no compositor; what it has fixed is there all the same.
      const calls = yield* desk.record(["doctor", "--fix"], 1)
      assert.deepStrictEqual(desk.state(), whole)
      assert.deepStrictEqual(changesBelow(calls, desk.lasting), [])
    }),
  )
})
