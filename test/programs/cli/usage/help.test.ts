/** Help and wrong usage, as a person sees them: on a terminal, in a pipe, under NO_COLOR. */

import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { tree } from "../../../../src/programs/cli/catalogue/root.ts"
import { allCommands, nameOf, type OptionSpec } from "../../../../src/programs/cli/tree/CommandSpec.ts"
import { helpOf } from "../../../../src/programs/cli/usage/help.ts"
import { health, i3pm, startDaemon } from "../../../support/daemon.ts"
import { describeWith } from "../../../support/needs.ts"
import { runAs } from "../../../support/Spawn.ts"
import { makeRuntimeDir, stageBundle } from "../../../support/TestUser.ts"
import { eventually } from "../../../support/waiting.ts"
import { givenTwice, socketOfDaemon } from "../../../support/wording.ts"

const commands = allCommands(tree)
const plain = { bold: false, width: 80 }

const usageOf = (help: string) => help.split("USAGE\n")[1]?.split("\n\n")[0] ?? ""

describe("the help of every command", () => {
  it("begins its usage with all the words that name it", () => {
    for (const command of commands) {
      assert.match(usageOf(helpOf(command, plain)), new RegExp(`^  ${nameOf(command)}( |$)`))
    }
  })

  it("names every option, every argument and every command below it", () => {
    for (const command of commands) {
      const help = helpOf(command, plain)
      for (const { names } of command.options) assert.include(help, `  ${names.join(", ")}`)
      for (const { placeholder } of command.arguments) assert.include(help, `  ${placeholder}`)
      for (const each of allCommands(command)
        .slice(1)
        .filter(({ commands }) => commands.length === 0)) {
        assert.include(help, `  ${each.path.slice(command.path.length).join(" ")}`)
      }
    }
  })

  it("is no wider than the terminal, but for words and examples that are", () => {
    for (const width of [40, 60, 80]) {
      for (const command of commands) {
        const examples = command.examples.map(({ line }) => `  ${line}`)
        const wide = helpOf(command, { bold: false, width })
          .split("\n")
          .filter(line => line.length > width && !examples.includes(line) && line.trim().includes(" "))
        assert.deepStrictEqual(wide, [], `${nameOf(command)} in ${width} columns`)
      }
    }
  })

  it("says of --json that it is for a pipe as well, where that is so", () => {
    const isForPipes = ({ description, names }: OptionSpec) =>
      names.includes("--json") && description.includes("not a terminal")
    assert.deepStrictEqual(commands.filter(({ options }) => options.some(isForPipes)).map(nameOf), [
      "i3pm diagnose socket-health",
      "i3pm diagnose sockets",
      "i3pm diagnose status",
      "i3pm diagnose session",
      "i3pm diagnose relay",
      "i3pm doctor",
      "i3pm bar",
      "i3pm cleanup",
      "i3pm session install",
      "i3pm session uninstall",
      "i3pm session bind",
      "i3pm session unbind",
      "i3pm units install",
      "i3pm units uninstall",
    ])
  })

  it("has an example where it does something", () => {
    for (const command of commands.filter(({ commands }) => commands.length === 0)) {
      assert.isNotEmpty(command.examples, nameOf(command))
      assert.notInclude(command.description, "Example")
    }
  })
})

describeWith(["node", "script", "setpriv"], "i3pm", () => {
  const setUp = Effect.all({ entry: stageBundle, runtimeDir: makeRuntimeDir })

  it.scopedLive("prints help for a group, in a pipe without a code for colour, and exits 0", () =>
    Effect.gen(function* () {
      const { entry, runtimeDir } = yield* setUp
      for (const args of [[], ["diagnose"], ["diagnose", "sockets", "--help"]]) {
        const command = commands.find(
          each => nameOf(each) === ["i3pm", ...args.filter(arg => arg !== "--help")].join(" "),
        )
        assert.isDefined(command)
        const { code, stderr, stdout } = yield* i3pm(entry, args, { runtimeDir })
        assert.deepStrictEqual([stdout, stderr, code], [helpOf(command ?? tree, plain), "", 0])
      }
    }),
  )

  it.scopedLive("prints it as wide as the terminal, headings in bold, but not under NO_COLOR or on a dumb one", () =>
    Effect.gen(function* () {
      const { entry, runtimeDir } = yield* setUp
      const inTerminal = (env: Readonly<Record<string, string>>) =>
        runAs(
          "script",
          [
            "-q",
            "-e",
            "-c",
            `stty cols 40; exec ${process.execPath} ${entry} diagnose socket-health --help`,
            "/dev/null",
          ],
          { runtimeDir, env: { TERM: "xterm", ...env } },
        )
      const spec = commands.find(each => nameOf(each) === "i3pm diagnose socket-health") ?? tree
      const bold = yield* inTerminal({})
      assert.strictEqual(bold.stdout.replaceAll("\r", ""), helpOf(spec, { bold: true, width: 40 }))
      for (const env of [{ NO_COLOR: "1" }, { TERM: "dumb" }]) {
        const without = yield* inTerminal(env)
        assert.strictEqual(without.stdout.replaceAll("\r", ""), helpOf(spec, { bold: false, width: 40 }))
      }
    }),
  )

  it.scopedLive("says on stderr what is wrong with its arguments: 64, and 1 for msg", () =>
    Effect.gen(function* () {
      const { entry, runtimeDir } = yield* setUp
      for (const [args, status] of [
        [["diagnose", "sock"], 64],
        [["socket", "--socket"], 64],
        [["simulate", "--fault", "nonsense"], 64],
        [["session", "run", "--env", "A=B"], 64],
        [["session", "unbind"], 64],
        [["session", "unbind", "--all", "waybar"], 64],
        [["units", "print", "nonsense"], 64],
        [["msg", "--type"], 1],
      ] as const) {
        const { code, stderr, stdout } = yield* i3pm(entry, args, { runtimeDir })
        assert.deepStrictEqual([stdout, code], ["", status], args.join(" "))
        assert.match(stderr, /^i3pm: [^\n]+\n$/)
      }
    }),
  )

  it.scopedLive("ends each complaint about options with where there is more", () =>
    Effect.gen(function* () {
      const { entry, runtimeDir } = yield* setUp
      for (const [line, what] of [
        ["diagnose socket-health --format waybar --format i3bar", givenTwice("--format")],
        ["diagnose socket-health --json --json", givenTwice("--json")],
        ["diagnose socket-health --json --format table", "--json and --format table exclude each other"],
        [
          "diagnose socket-health --watch --socket /a",
          `--watch shows the socket that the daemon watches: ${socketOfDaemon}`,
        ],
        ["cleanup --json --json", givenTwice("--json")],
        ["daemon --socket /a --socket /b", givenTwice("--socket")],
      ] as const) {
        const { code, stderr, stdout } = yield* i3pm(entry, line.split(" "), { runtimeDir })
        const command = line.replace(/ --.*/, "")
        assert.deepStrictEqual([stdout, stderr, code], ["", `i3pm: ${what} (see i3pm ${command} --help)\n`, 64])
      }
    }),
  )

  it.scopedLive("obeys --log-level of the daemon", () =>
    Effect.gen(function* () {
      const { entry, runtimeDir } = yield* setUp
      const loud = yield* startDaemon(entry, { runtimeDir }, ["--log-level", "info"])
      assert.include(yield* loud.stderr.lines.take, "answers on")
      yield* loud.kill("SIGTERM")
      yield* loud.exited
      const quiet = yield* startDaemon(entry, { runtimeDir }, ["--log-level", "error"])
      // By now it has greeted, and said that there is no socket.
      yield* eventually(health(runtimeDir), ({ error }) => error?.includes("socket found") === true)
      yield* quiet.kill("SIGTERM")
      assert.strictEqual((yield* quiet.finished).stderr, "")
    }),
  )
})
