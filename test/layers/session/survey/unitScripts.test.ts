/** Which files of a unit's commands are read as scripts. */
import * as fs from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { scriptTexts } from "../../../../src/layers/session/survey/unitScripts.ts"
import { makeScratchDir } from "../../../support/TestUser.ts"

const SCRIPT = "#!/bin/sh\nswaymsg reload\n"

const setUp = Effect.map(makeScratchDir, directory => {
  const files = { script: `${directory}/panel`, program: `${directory}/program`, large: `${directory}/large` }
  fs.writeFileSync(files.script, SCRIPT)
  fs.writeFileSync(files.program, Buffer.from("\u007fELF\0\0swaymsg"))
  fs.writeFileSync(files.large, SCRIPT.padEnd(100_000))
  return files
})

const command = (...argv: ReadonlyArray<string>) => ({ path: argv[0] ?? "", argv })

describe("scripts", () => {
  it.scoped("are the program itself, and what an interpreter is given", () =>
    Effect.gen(function* () {
      const { script } = yield* setUp
      assert.deepStrictEqual(yield* scriptTexts([command(script, "--fast")]), [SCRIPT])
      assert.deepStrictEqual(yield* scriptTexts([command("/bin/sh", script), command("/bin/bash", script)]), [SCRIPT])
      assert.deepStrictEqual(yield* scriptTexts([command("/usr/bin/foot", script)]), [])
    }),
  )

  it.scoped("are no programs, no large files, no directories, and nothing that is missing", () =>
    Effect.gen(function* () {
      const { large, program, script } = yield* setUp
      const commands = [program, large, "/tmp", "/dev/zero", `${script}.gone`].map(path => command(path))
      assert.deepStrictEqual(yield* scriptTexts(commands), [])
    }),
  )
})
