import { execFileSync } from "node:child_process"
import * as fs from "node:fs"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { inRepository } from "../support/nix.ts"
import { makeScratchDir } from "../support/TestUser.ts"

it.scoped(
  "a removal names the services of all homes that are bound, and prints nothing that is no name of a unit",
  () =>
    Effect.gen(function* () {
      const homes = `${yield* makeScratchDir}/homes`
      const bound = `${homes}/kim/.local/state/i3pm/bound`
      fs.mkdirSync(bound, { recursive: true })
      for (const name of [
        "panel.service",
        "app-a@b\\x2dc.service",
        "\u001b]0;title\u0007",
        "two\nlines",
        "not a unit",
      ]) {
        fs.writeFileSync(`${bound}/${name}.json`, "")
      }
      const script = fs
        .readFileSync(inRepository("packaging/bound-services.sh"), "utf8")
        .replaceAll("/home/", `${homes}/`)
      const printed = execFileSync("sh", ["-c", `exec 2>&1\n${script}`], { encoding: "utf8" })
      const names = printed.split("\n").map(line => / (\S+) of kim is still bound/.exec(line)?.[1] ?? line)
      assert.sameMembers(names, ["panel.service", "app-a@b\\x2dc.service", ""])
    }),
)
