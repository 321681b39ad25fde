/** The completions, each in its own shell, started for real. */
import * as fs from "node:fs"
import * as path from "node:path"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { faultUsages } from "../../../../src/layers/embedded/faultUsages.ts"
import { eventNames, requestNames } from "../../../../src/layers/ipc/Message.ts"
import { unitNames } from "../../../../src/layers/systemd/units/catalogue.ts"
import { tree } from "../../../../src/programs/cli/catalogue/root.ts"
import { knownUnits } from "../../../../src/programs/cli/catalogue/units.ts"
import { formatMeanings } from "../../../../src/programs/cli/formats/names.ts"
import {
  allCommands,
  briefOf,
  type CommandSpec,
  optionNamed,
  understoodBy,
} from "../../../../src/programs/cli/tree/CommandSpec.ts"
import { i3pm } from "../../../support/daemon.ts"
import { describeWith } from "../../../support/needs.ts"
import { runAs } from "../../../support/Spawn.ts"
import {
  bash,
  fish,
  fishOffers,
  inDirectory,
  lineOf,
  type Place,
  type Question,
  type Shell,
  zsh,
  zshTabs,
} from "../../../support/shells.ts"
import { makeRuntimeDir, makeScratchDir, publish, runsAsRoot, stageBundle } from "../../../support/TestUser.ts"

const sorted = (words: Iterable<string>) => [...words].toSorted()

const longNames = (command: CommandSpec) =>
  understoodBy(command, tree).flatMap(({ names }) => names.filter(name => name.startsWith("--")))

const lastWord = ({ path }: CommandSpec) => path.at(-1) ?? ""

/** What a shell offers beside what it should, in whole lines, so that a difference shows which. */
const offersOf = (
  shell: Shell,
  expected: ReadonlyArray<readonly [words: Question, offers: Iterable<string>]>,
  place?: Place,
) =>
  Effect.map(
    shell.offers(
      expected.map(([words]) => words),
      place,
    ),
    offers => ({
      offered: expected.map(([words], at) => [lineOf(words), sorted(offers[at] ?? [])]),
      due: expected.map(([words, offers]) => [lineOf(words), sorted(offers)]),
    }),
  )

const isThere = (command: string, option: string) =>
  allCommands(tree).some(spec => lastWord(spec) === command && optionNamed(spec, option) !== undefined)

const levels = ["error", "warning", "info", "debug", "trace"]

for (const [name, shell] of Object.entries({ bash, zsh, fish })) {
  describeWith([...shell.tools, "setpriv"], `completion in ${name}`, () => {
    it.live("a command with a hyphen in it, and its options", () =>
      Effect.map(
        offersOf(shell, [
          [["diagnose", "socket-h"], ["socket-health"]],
          [["diagnose", "socket-health", "--js"], ["--json"]],
          [["diagnose", "socket-health", "--wa"], isThere("socket-health", "--watch") ? ["--watch"] : []],
          [["diagnose", "socket-health", "--json", "--so"], ["--socket"]],
        ]),
        ({ due, offered }) => assert.deepStrictEqual(offered, due),
      ),
    )

    it("is for --version and --completions after any command, since all understand them", () => {
      for (const command of allCommands(tree)) {
        assert.includeMembers(longNames(command), ["--version", "--completions", "--help"], command.path.join(" "))
      }
    })

    it.live("every command and every option of each", () =>
      Effect.map(
        offersOf(
          shell,
          allCommands(tree).flatMap(command => {
            const words = command.path.slice(1)
            const options = [[...words, "--"], longNames(command)] as const
            return command.commands.length === 0
              ? [options]
              : [options, [[...words, ""], command.commands.map(lastWord)] as const]
          }),
        ),
        ({ due, offered }) => assert.deepStrictEqual(offered, due),
      ),
    )

    it.live("the values there are", () =>
      Effect.map(
        offersOf(shell, [
          [["daemon", "--log-level", ""], levels],
          [["daemon", "-l", ""], levels],
          [["msg", "-t", ""], requestNames],
          [["msg", "--raw", "--type", "get_t"], ["get_tree"]],
          [["events", ""], eventNames],
          [["events", "window", "wo"], ["workspace"]],
          [["simulate", "--fault", ""], faultUsages.map(usage => usage.split(" ")[0] ?? "")],
          [["units", "print", ""], knownUnits],
          [
            ["--completions", ""],
            ["bash", "zsh", "fish"],
          ],
          [
            ["diagnose", "sockets", "--completions", ""],
            ["bash", "zsh", "fish"],
          ],
        ]),
        ({ due, offered }) => assert.deepStrictEqual(offered, due),
      ),
    )

    it.live("files for a path, variables for a name", () =>
      Effect.gen(function* () {
        const [files = [], variables] = yield* shell.offers([
          ["diagnose", "socket-health", "--json", "--socket", "/etc/pass"],
          ["session", "run", "--env", "XDG_RUN"],
        ])
        assert.include(
          files.map(file => path.basename(file)),
          "passwd",
        )
        assert.deepStrictEqual(variables, ["XDG_RUNTIME_DIR"])
      }),
    )
  })
}

describeWith(["bash", "fish", "setpriv"], "a value in the word of a short option", () => {
  it.live("is completed by bash, flags before it included", () =>
    Effect.map(
      offersOf(bash, [
        [["msg", "-tget_t"], ["-tget_tree"]],
        [["msg", "-rtget_t"], ["-rtget_tree"]],
        [["msg", "-rt", "get_t"], ["get_tree"]],
        [["msg", "-tget_tree", "--qu"], ["--quiet"]],
        [["daemon", "-lin"], ["-linfo"]],
      ]),
      ({ due, offered }) => assert.deepStrictEqual(offered, due),
    ),
  )

  it.live("is completed by fish", () =>
    Effect.map(offersOf(fish, [[["msg", "-tget_t"], ["-tget_tree"]]]), ({ due, offered }) =>
      assert.deepStrictEqual(offered, due),
    ),
  )
})

/** By this directory systemctl tells whether systemd has booted the machine (sd_booted(3)), and whether there is a bus to ask. */
const BOOTED = "/run/systemd/system"

/** A `/run` of its own, with that directory or without. */
const machine = (booted: boolean): Place => ({
  within: [
    ...["unshare", "--mount", "--propagation", "private", "sh", "-c"],
    `mount -t tmpfs tmpfs /run && ${booted ? `mkdir -p ${BOOTED} && ` : ""}exec "$@"`,
    "sh",
  ],
})

/** Both kinds of machine, where the test run may make them; else the one that it runs on. */
const machines: Readonly<Record<string, Place>> = runsAsRoot
  ? { "a machine that systemd has booted": machine(true), "a machine that it has not": machine(false) }
  : { "this machine": {} }

describeWith(
  ["systemctl", "bash", "zsh", "fish", "setpriv", ...(runsAsRoot ? (["unshare"] as const) : [])],
  "units of the user",
  () => {
    for (const [where, place] of Object.entries(machines)) {
      for (const [name, shell] of Object.entries({ bash, zsh, fish })) {
        it.live(`are offered by ${name} without a manager and without a bus, on ${where}`, () =>
          Effect.map(
            offersOf(
              shell,
              [
                [["session", "bind", "--dry-run", "graphical-session.t"], ["graphical-session.target"]],
                // No unit is bound.
                [["session", "unbind", "graphical-session-p"], []],
              ],
              // Colours that a user has asked for would stand in the words.
              { ...place, env: { SYSTEMD_COLORS: "1" } },
            ),
            ({ due, offered }) => assert.deepStrictEqual(offered, due),
          ),
        )
      }
    }
  },
)

describeWith(["bash", "zsh", "fish", "setpriv"], "session unbind", () => {
  for (const [name, shell] of Object.entries({ bash, zsh, fish })) {
    it.scopedLive(`is completed by ${name} with bound units only`, () =>
      Effect.gen(function* () {
        const state = yield* makeScratchDir
        fs.mkdirSync(`${state}/i3pm/bound`, { recursive: true })
        for (const unit of ["panel.service", "odd\\x2dname.service"]) {
          publish(`${state}/i3pm/bound`, `${unit}.json`, "{}")
        }
        // The test user has to enter them.
        for (const directory of [state, `${state}/i3pm`, `${state}/i3pm/bound`]) fs.chmodSync(directory, 0o755)
        const question: Question = ["session", "unbind", "pan"]
        const offers = yield* shell.offers([question], { env: { XDG_STATE_HOME: state } })
        assert.deepStrictEqual(offers, [["panel.service"]])
      }),
    )
  }
})

describeWith(["fish", "setpriv"], "fish", () => {
  it.live("shows a few words beside a value, never the description of the option", () =>
    Effect.gen(function* () {
      const formats = yield* fishOffers("i3pm diagnose socket-health --format ")
      assert.deepStrictEqual(Object.fromEntries(formats), formatMeanings)
      const types = yield* fishOffers("i3pm msg -t ")
      assert.isTrue(types.length > 10 && types.every(([, meaning]) => meaning === undefined), JSON.stringify(types))
      const options = yield* fishOffers("i3pm msg -")
      for (const [word, meaning = ""] of options) assert.isAtMost(meaning.length, 80, word)
    }),
  )
})

describeWith(["bash", "script", "setpriv"], "a tab in bash on a terminal", () => {
  it.live("completes the word and goes on", () =>
    inDirectory((directory, runtimeDir) =>
      Effect.gen(function* () {
        // What is typed is echoed, too: what i3pm gets is told from it by the word that is nowhere typed whole.
        const setUp = `source ${directory}/i3pm.bash; i3pm() { printf '%s%s:%s\\n' GO T "$*"; }`
        const typed = `${setUp}\ni3pm diag\tsocket-h\t--js\t\ni3pm daemon --log-level=de\t\nexit\n`
        const shell = "bash --noprofile --norc -i"
        const said = yield* runAs("script", ["--quiet", "--return", "--command", shell, "/dev/null"], {
          runtimeDir,
          stdin: typed,
          env: { TERM: "dumb" },
        })
        const got = [...said.stdout.matchAll(/GOT:(.*?)\s*$/gm)].map(([, args]) => args)
        assert.deepStrictEqual(got, ["diagnose socket-health --json", "daemon --log-level=debug"])
      }),
    ),
  )
})

describeWith(["zsh", "fish", "setpriv"], "what zsh and fish show beside", () => {
  it.live("a tab in zsh completes the word and goes on", () =>
    Effect.gen(function* () {
      const lines = ["i3pm diagnose socket-health --js", "i3pm units print i3-", "i3pm msg -tget_tr"]
      assert.deepStrictEqual(
        (yield* zshTabs(lines)).map(({ line }) => line),
        ["i3pm diagnose socket-health --json ", `i3pm units print ${unitNames.daemon} `, "i3pm msg -tget_tree "],
      )
    }),
  )

  it.live("zsh and fish say a whole sentence, colons and all", () =>
    Effect.gen(function* () {
      const level = "Print messages of this level and above to stderr (default: info)"
      const [levels, ...shown] = (yield* zshTabs([
        "i3pm daemon --log-l",
        "i3pm ",
        "i3pm diagnose ",
        "i3pm units ",
      ])).map(({ shown }) => shown.map(line => line.replace(/^(\S+)\s+-- /, "$1: ")))
      assert.deepStrictEqual(levels, [`--log-level: ${level}`])
      const groups = allCommands(tree).filter(({ path }) => ["i3pm", "diagnose", "units"].includes(path.at(-1) ?? ""))
      assert.deepStrictEqual(
        shown,
        groups.map(({ commands }) => commands.map(command => `${lastWord(command)}: ${briefOf(command)}`)),
      )
      assert.deepStrictEqual(yield* fishOffers("i3pm daemon --log-l"), [["--log-level", level]])
      const offered = yield* fishOffers("i3pm ")
      assert.deepStrictEqual(
        sorted(offered.map(([word, meaning]) => `${word}: ${meaning}`)),
        sorted(tree.commands.map(command => `${lastWord(command)}: ${briefOf(command)}`)),
      )
    }),
  )

  it.live("fish says what an option and a command are for", () =>
    Effect.gen(function* () {
      const [option] = yield* fishOffers("i3pm cleanup --dry")
      assert.deepStrictEqual(option, ["--dry-run", "Print what would be removed, and remove nothing"])
      const [command] = yield* fishOffers("i3pm clean")
      assert.deepStrictEqual(command, ["cleanup", "Remove the sockets that crashed compositors left behind"])
      const [fault] = yield* fishOffers("i3pm simulate --fault slo")
      assert.deepStrictEqual(fault, ["slow", "slow MILLISECONDS"])
    }),
  )
})

describeWith(["node", "setpriv"], "i3pm --completions", () => {
  it.scopedLive("prints what is shipped", () =>
    Effect.gen(function* () {
      const entry = yield* stageBundle
      const runtimeDir = yield* makeRuntimeDir
      const files = { bash: "i3pm.bash", zsh: "_i3pm", fish: "i3pm.fish" }
      for (const [shell, file] of Object.entries(files)) {
        const printed = yield* i3pm(entry, ["--completions", shell], { runtimeDir })
        const shipped = yield* runAs("cat", [path.join(path.dirname(entry), "completions", file)], { runtimeDir })
        assert.strictEqual(printed.stdout, shipped.stdout)
        assert.isAbove(printed.stdout.length, 1000)
      }
    }),
  )
})
