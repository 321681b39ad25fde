import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { Fault } from "../../../src/layers/embedded/Fault.ts"
import { makeInject } from "../../../src/layers/embedded/inject.ts"

/** The faults on a target that logs each call. It ends after `batches` batches of a flood. */
const makeSetup = (batches = Number.POSITIVE_INFINITY) => {
  const log: Array<string> = []
  const note =
    (what: string) =>
    (...details: ReadonlyArray<unknown>) =>
      void log.push([what, ...details.map(each => JSON.stringify(each))].join(" "))
  const floods = () => log.filter(line => line.startsWith("flood")).length
  const inject = makeInject({
    server: {
      disconnectAll: note("disconnectAll"),
      flood: note("flood"),
      hang: note("hang"),
      impose: note("impose"),
      resume: note("resume"),
    },
    unlink: note("unlink"),
    stop: note("stop"),
    callOff: Effect.sync(note("callOff")),
    exited: Effect.asVoid(Effect.repeat(Effect.yieldNow(), { until: () => floods() >= batches })),
  })
  return { inject, log }
}

describe("a fault", () => {
  for (const [fault, ...calls] of [
    [Fault.Hang(), "hang"],
    [Fault.Resume(), "resume"],
    [Fault.Slow({ milliseconds: 5 }), 'impose {"slow":5}'],
    [Fault.Drop(), "disconnectAll"],
    [Fault.Unlink(), "unlink"],
    [Fault.Crash(), "stop true"],
    [Fault.Exit(), "stop false"],
  ] as const) {
    it.effect(`${fault._tag} is ${calls.join(", ")}`, () =>
      Effect.gen(function* () {
        const { inject, log } = makeSetup()
        yield* inject(fault)
        assert.deepStrictEqual(log, [...calls])
      }),
    )
  }

  it.effect("Normal ends all conditions, and sends what was delayed", () =>
    Effect.gen(function* () {
      const { inject, log } = makeSetup()
      yield* inject(Fault.Normal())
      assert.deepStrictEqual(
        log.map(line => line.split(" ")[0]),
        ["impose", "resume", "callOff"],
      )
    }),
  )

  it.live("Flood sends its events in batches, until the compositor ends", () =>
    Effect.gen(function* () {
      const whole = makeSetup()
      yield* whole.inject(Fault.Flood({ count: 70, event: "window" }))
      assert.deepStrictEqual(whole.log, ['flood "window" 0 32', 'flood "window" 32 64', 'flood "window" 64 70'])
      const ended = makeSetup(2)
      yield* ended.inject(Fault.Flood({ count: 1_000_000, event: "window" }))
      assert.isBelow(ended.log.length, 1000)
    }),
  )
})
