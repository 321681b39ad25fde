/** A compositor that was started with `-c`: doctor and `bar` read the configuration that it has loaded, and not the default one. */
import * as fs from "node:fs"
import * as path from "node:path"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import type { Check } from "../../src/layers/doctor/Check.ts"
import { i3Config, startI3, startSway, swayConfig } from "../support/Desktop.ts"
import { i3pm } from "../support/daemon.ts"
import { describeWith, i3Tools, swayTools } from "../support/needs.ts"
import { makeRuntimeDir, makeScratchDir, stageBundle } from "../support/TestUser.ts"

const bar = (command: string) =>
  `bar {\n  ${command} true\n  status_command i3pm diagnose socket-health --watch --format swaybar\n}\n`

/** A user whose default configuration is another one, without a bar. */
const setUp = Effect.gen(function* () {
  const [runtimeDir, home, entry] = yield* Effect.all([makeRuntimeDir, makeScratchDir, stageBundle])
  fs.mkdirSync(`${home}/.config/sway`, { recursive: true })
  fs.writeFileSync(`${home}/.config/sway/config`, swayConfig)
  const env = { HOME: home, XDG_CONFIG_HOME: undefined }
  const json = (...words: ReadonlyArray<string>) =>
    Effect.map(i3pm(entry, [...words, "--json"], { runtimeDir, env }), ({ stdout }) => JSON.parse(stdout))
  return { runtimeDir, json }
})

const checkOf = ({ checks }: { readonly checks: ReadonlyArray<Check> }, id: string) =>
  checks.find(check => check.id === id)

describeWith([...swayTools, "node"], "sway that was started with -c", () => {
  it.scopedLive("is read by doctor and by bar", () =>
    Effect.gen(function* () {
      const { json, runtimeDir } = yield* setUp
      yield* startSway({ runtimeDir, config: swayConfig + bar("swaybar_command") })
      assert.deepInclude(checkOf(yield* json("doctor"), "bar"), { status: "ok" })
      const advice = yield* json("bar", "swaybar")
      assert.strictEqual(path.basename(advice.config), "config")
      assert.deepInclude(checkOf(advice, "module"), {
        status: "ok",
        what: `${advice.config} shows the state of the connection`,
      })
    }),
  )
})

describeWith([...i3Tools, "node"], "i3 that was started with -c", () => {
  it.scopedLive("is read by doctor", () =>
    Effect.gen(function* () {
      const { json, runtimeDir } = yield* setUp
      yield* startI3({ runtimeDir, config: i3Config + bar("i3bar_command") })
      assert.deepInclude(checkOf(yield* json("doctor"), "bar"), { status: "ok" })
    }),
  )
})
