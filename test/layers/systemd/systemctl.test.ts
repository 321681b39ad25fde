import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { type Finished, SubprocessError } from "../../../src/layers/system/Subprocess.ts"
import {
  makeSystemctl,
  queryDetails,
  queryEnvironment,
  queryProperties,
  queryUnitNames,
  queryVersion,
} from "../../../src/layers/systemd/systemctl.ts"

/** A subprocess that answers by the words of the command; a missing answer is a program that is not installed. */
const answering = (answers: Readonly<Record<string, Partial<Finished>>>) => {
  const run = (program: string, args: ReadonlyArray<string>) => {
    const key = Object.keys(answers).find(words => [program, ...args].join(" ").includes(words))
    return key === undefined
      ? Effect.fail(new SubprocessError({ reason: "NotFound", program, message: "", cause: undefined }))
      : Effect.succeed({ code: 0, stdout: "", stderr: "", ...answers[key] })
  }
  return { subprocess: { run }, systemctl: makeSystemctl({ run }) }
}

describe("systemctl", () => {
  const failures: ReadonlyArray<readonly [string, Partial<Finished>]> = [
    ["NotRunning", { code: 1, stderr: "Failed to connect to bus: No medium found" }],
    ["NoSuchUnit", { code: 5, stderr: "Unit a.service not loaded." }],
    ["NoSuchUnit", { code: 4, stderr: "Unit a.service could not be found." }],
    ["Failed", { code: 1, stderr: "Job for a.service failed." }],
    ["Failed", { code: 1 }],
  ]
  for (const [reason, answer] of failures) {
    it.effect(`that ends with ${JSON.stringify(answer)} is ${reason}`, () =>
      Effect.map(Effect.flip(answering({ start: answer }).systemctl(["start", "a"])), error =>
        assert.strictEqual(error.reason, reason),
      ),
    )
  }

  it.effect("that is not installed is NoSystemd", () =>
    Effect.map(Effect.flip(answering({}).systemctl(["start", "a"])), error =>
      assert.strictEqual(error.reason, "NoSystemd"),
    ),
  )
})

describe("a query", () => {
  it.effect("reads version, environment and unit names", () =>
    Effect.gen(function* () {
      const { systemctl } = answering({
        "--version": { stdout: "systemd 252 (252.1)\n+PAM\n" },
        "show-environment": { stdout: '{"A":"1"}' },
        "list-unit-files": { stdout: '[{"unit_file":"b.service"},{"unit_file":"a@.service"}]' },
        "list-units": { stdout: '[{"unit":"b.service"},{"unit":"a@1.service"}]' },
      })
      assert.strictEqual(yield* queryVersion(systemctl), 252)
      assert.deepStrictEqual([...(yield* queryEnvironment(systemctl))], [["A", "1"]])
      assert.deepStrictEqual(yield* queryUnitNames(systemctl), ["a@.service", "a@1.service", "b.service"])
    }),
  )

  it.effect("fails with the beginning of output that it does not expect", () =>
    Effect.gen(function* () {
      const { systemctl } = answering({ "--version": { stdout: "no\n" }, "show-environment": { stdout: "A=1" } })
      assert.strictEqual(
        (yield* Effect.flip(queryVersion(systemctl))).message,
        'unexpected output from systemctl --version: "no\\n"',
      )
      assert.include((yield* Effect.flip(queryEnvironment(systemctl))).message, '"A=1"')
    }),
  )

  it.effect("of properties has one record for each unit, or fails", () =>
    Effect.gen(function* () {
      const { systemctl } = answering({ show: { stdout: "Id=a.service\n\nId=b.service\n" } })
      const [a, b] = yield* queryProperties(systemctl, ["a", "b"], ["Id"])
      assert.deepStrictEqual([a, b], [{ Id: "a.service" }, { Id: "b.service" }])
      assert.include(
        (yield* Effect.flip(queryProperties(systemctl, ["a"], ["Id"]))).message,
        "unexpected output from systemctl --user show",
      )
    }),
  )

  it.effect("of details asks D-Bus, and systemctl if there is no bus", () =>
    Effect.gen(function* () {
      const withBus = answering({ busctl: { stdout: '{"data":[{"Description":{"type":"s","data":"by D-Bus"}}]}' } })
      assert.strictEqual((yield* queryDetails(withBus.subprocess, withBus.systemctl, "a")).description, "by D-Bus")
      for (const more of [{}, { busctl: { code: 1 } }]) {
        const without = answering({ ...more, "systemctl --user": { stdout: "Description=by systemctl\n" } })
        const { description } = yield* queryDetails(without.subprocess, without.systemctl, "a")
        assert.strictEqual(description, "by systemctl")
      }
    }),
  )
})
