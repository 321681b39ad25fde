/** The manual pages, as the programs that show them read them. */
import * as fs from "node:fs"
import * as path from "node:path"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { settingKeys, settingsByKey } from "../../../../src/layers/settings/catalogue.ts"
import { tree } from "../../../../src/programs/cli/catalogue/root.ts"
import { documents } from "../../../../src/programs/cli/documents.ts"
import { commandPage } from "../../../../src/programs/cli/man/commandPage.ts"
import { page, text } from "../../../../src/programs/cli/man/roff.ts"
import { allCommands, nameOf } from "../../../../src/programs/cli/tree/CommandSpec.ts"
import { describeWith } from "../../../support/needs.ts"
import { runAs } from "../../../support/Spawn.ts"
import { makeRuntimeDir, makeScratchDir, stageBundle } from "../../../support/TestUser.ts"

const pages = Effect.map(stageBundle, entry =>
  ["i3pm.1", "i3pm-config.5"].map(file => path.join(path.dirname(entry), "man", file)),
)

/** A page on a terminal of 80 columns, and what `man` has to say about it. */
const shown = (file: string) =>
  Effect.scoped(
    Effect.gen(function* () {
      const runtimeDir = yield* makeRuntimeDir
      return yield* runAs("man", ["--warnings", "-l", file], { runtimeDir, env: { MANWIDTH: "80", MANPAGER: "cat" } })
    }),
  )

/** A file of the repository. */
const textOf = (file: string) => fs.readFileSync(new URL(`../../../../${file}`, import.meta.url), "utf8")

/** Runs of white space are one space: names are found whole wherever a line ends. */
const flat = (page: string) => page.replace(/\s+/g, " ")

describeWith(["man", "groff", "mandoc", "setpriv"], "manual pages", () => {
  it.scopedLive("are shown without a warning, by man, groff and mandoc", () =>
    Effect.gen(function* () {
      const runtimeDir = yield* makeRuntimeDir
      for (const file of yield* pages) {
        const man = yield* shown(file)
        assert.deepStrictEqual([man.stderr, man.code], ["", 0])
        for (const [command, ...args] of [
          ["mandoc", "-T", "lint"],
          ["groff", "-man", "-ww", "-z", "-K", "utf8"],
        ] as const) {
          const { code, stderr, stdout } = yield* runAs(command, [...args, file], { runtimeDir })
          assert.deepStrictEqual([stdout, stderr, code], ["", "", 0], command)
        }
      }
    }),
  )

  it.scopedLive("i3pm(1) has every command, each of its options, and every value there is", () =>
    Effect.gen(function* () {
      const [file = ""] = yield* pages
      const { stdout } = yield* shown(file)
      for (const command of allCommands(tree).filter(each => each !== tree)) {
        // From its heading to the next one.
        const section = stdout.split(/\n(?=(?: {3})?\S)/).find(part => part.trim().startsWith(`${nameOf(command)}\n`))
        assert.isDefined(section, nameOf(command))
        const body = flat(section ?? "")
        assert.include(body, flat(command.description).slice(0, 40))
        for (const { names, value } of command.options.filter(({ names }) => !names.includes("--help"))) {
          assert.include(body, ` ${names.join(", ")}${value === undefined ? "" : ` ${value.placeholder}`} `)
          for (const choice of value?.choices ?? []) assert.include(body, choice)
        }
        for (const { placeholder } of command.arguments) assert.include(body, ` ${placeholder} `)
        for (const { line } of command.examples) assert.include(body, flat(line))
      }
      for (const { names } of tree.options) assert.include(flat(stdout), names.join(", "))
      assert.notMatch(stdout, /--[a-z-]+[A-Z]/, "an option and its value are two words, wherever a line is broken")
      for (const heading of ["SYNOPSIS", "EXIT STATUS", "ENVIRONMENT", "FILES", "EXAMPLES", "SEE ALSO"]) {
        assert.match(stdout, new RegExp(`^${heading}$`, "m"))
      }
    }),
  )

  it.scopedLive("i3pm(1) and docs/monitoring.md have each variable of OpenTelemetry that is read, and no other", () =>
    Effect.gen(function* () {
      const [file = ""] = yield* pages
      const environment = (yield* shown(file)).stdout.split(/^ENVIRONMENT$/m)[1] ?? ""
      const read = ["programs/telemetry/telemetry.ts", "layers/telemetry/OtlpSettings.ts"].flatMap(source => [
        ...(textOf(`src/${source}`).match(/OTEL_\w+/g) ?? []),
      ])
      const sorted = (names: Iterable<string>) => [...new Set(names)].sort()
      assert.deepStrictEqual(sorted(environment.match(/OTEL_\w+/g) ?? []), sorted(read))
      const documented = textOf("docs/monitoring.md").matchAll(/^\| `(OTEL_\w+)`/gm)
      assert.deepStrictEqual(sorted([...documented].map(([, name = ""]) => name)), sorted(read))
    }),
  )

  it.scopedLive("i3pm(1) has every status that diagnose socket-health exits with", () =>
    Effect.gen(function* () {
      const [file = ""] = yield* pages
      const part = (yield* shown(file)).stdout.split("Of i3pm diagnose socket-health")[1]?.split("Of i3pm msg")[0] ?? ""
      assert.deepStrictEqual(
        [...part.matchAll(/^ +(\d+) /gm)].map(([, status]) => status),
        ["0", "1", "2", "3"],
      )
      assert.match(flat(part), /0 .*--watch.* 1 .* 3 .*--format nagios/)
    }),
  )

  it.scopedLive("no line is wider than the terminal but for those to be copied", () =>
    Effect.gen(function* () {
      for (const file of yield* pages) {
        const { stdout } = yield* shown(file)
        const wide = stdout.split("\n").filter(line => line.length > 80)
        assert.deepStrictEqual(
          wide.filter(line => !/^ {10,}(i3pm|echo) /.test(line)),
          [],
        )
      }
    }),
  )

  it.scopedLive("i3pm-config(5) has every setting with its variable and its default", () =>
    Effect.gen(function* () {
      const [, file = ""] = yield* pages
      const page = flat((yield* shown(file)).stdout)
      for (const key of settingKeys) {
        const { fallback, variable } = settingsByKey[key]
        assert.include(page, ` ${key} `)
        assert.include(page, `Default: ${fallback ?? "none"}. Variable: ${variable}.`)
      }
    }),
  )

  it.scopedLive("are found by their names in a directory of pages", () =>
    Effect.gen(function* () {
      const runtimeDir = yield* makeRuntimeDir
      const directory = yield* makeScratchDir
      for (const file of yield* pages) {
        const section = `${directory}/man${path.extname(file).slice(1)}`
        fs.mkdirSync(section)
        fs.copyFileSync(file, path.join(section, path.basename(file)))
      }
      for (const name of ["i3pm", "i3pm-config"]) {
        const found = yield* runAs("man", ["-M", directory, "-w", name], { runtimeDir })
        assert.match(found.stdout, new RegExp(`/${name}\\.[15]\n$`))
      }
    }),
  )
})

describe("their source", () => {
  it("is the same for the same day, whoever makes it", () => {
    assert.deepStrictEqual(documents("2026-11-24"), documents("2026-11-24"))
    assert.match(commandPage(tree, "1.2.3", "2026-11-24"), /^\.TH I3PM 1 2026-11-24 "i3pm 1\.2\.3"\n/)
  })

  it("takes no text for a macro, and no backslash for an escape", () => {
    assert.strictEqual(text(".SH x\n'y"), "\\&.SH x\n\\&'y")
    assert.strictEqual(text("a\\fB -x ~ ^ ` …"), "a\\efB \\-x \\(ti \\(ha \\(ga \\[u2026]")
    const long = `${"x".repeat(76)} .TH`
    assert.strictEqual(page(long), `${"x".repeat(76)}\n\\&.TH\n`)
  })
})
