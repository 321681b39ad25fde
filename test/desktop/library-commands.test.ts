/**
 * Names of any kind in the library's commands, on real sway and real i3: a command reaches exactly what was named, or is refused by a
 * typed error. A file that `exec` would make is the witness of a command that nobody meant.
 */
import * as fs from "node:fs"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { Sway, type SwayService } from "../../src/library/sway/Sway.ts"
import { i3Config, startI3, startSway, swayConfig } from "../support/Desktop.ts"
import { describeWith, i3Tools, swayTools } from "../support/needs.ts"
import { runAs } from "../support/Spawn.ts"
import { makeRuntimeDir, makeScratchDir, publish } from "../support/TestUser.ts"
import { eventually } from "../support/waiting.ts"

/** Names chosen by a web page or an enemy. `W` makes the witness's file. */
const namesWith = (W: string): ReadonlyArray<string> => [
  "plain",
  "two words",
  " at both ends ",
  "",
  "ünïcödé 😀",
  'with "',
  "it's",
  `both " and '`,
  '"in quotes"',
  "'in quotes'",
  "back\\slash",
  "at its end\\",
  "two at its end\\\\",
  '\\"',
  "$x",
  "$$x",
  "\\$x",
  "\\\\$x",
  "$",
  "100%",
  "~/x",
  "*.^$+?()[]{}|/",
  "a.b",
  "#comment",
  "<b>&amp;</b>",
  "[con_id=1] kill",
  "new\nline",
  "tab\t",
  "nul\0",
  "half \ud800",
  "--add",
  "--no-auto-back-and-forth",
  "number",
  "next",
  "prev",
  "next_on_output",
  "prev_on_output",
  "back_and_forth",
  "current",
  "to",
  "__focused__",
  "__i3_scratch",
  `a; exec ${W}`,
  `a, exec ${W}`,
  `a" ; exec ${W}; "`,
  `a' ; exec ${W}; '`,
  `a\\" ; exec ${W}; \\"`,
  `a\\' ; exec ${W}; \\'`,
  `a\nexec ${W}`,
  `] exec ${W}`,
  `"] exec ${W}`,
  `\\"] exec ${W}; "`,
  `$(${W})`,
  `\`${W}\``,
]

/** How many random names are tried. */
const RANDOM = 300

const TRICKY = [
  '"',
  "'",
  "\\",
  "$",
  "x",
  ";",
  ",",
  "[",
  "]",
  "{",
  "}",
  "(",
  ")",
  " ",
  "#",
  "*",
  ".",
  "|",
  "^",
  "/",
  "=",
]

/** A name of `seed`: always the same (a linear congruential generator, with the numbers of Numerical Recipes). */
const randomName = (seed: number, W: string): string => {
  let state = seed
  const below = (limit: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * limit)
  }
  const part = () => (below(10) === 0 ? ` exec ${W}` : (TRICKY[below(TRICKY.length)] ?? ""))
  return Array.from({ length: 1 + below(9) }, part).join("")
}

/** What a command came to: "done", or the error. */
const outcome = (sent: ReturnType<SwayService["command"]>): Effect.Effect<string> =>
  Effect.match(sent, {
    onSuccess: () => "done",
    onFailure: error => ("reason" in error ? `${error._tag} ${error.reason}` : error),
  })

/** Names, with a check that nothing was run which nobody meant. */
const makeNames = (sway: SwayService) =>
  Effect.map(makeScratchDir, directory => {
    const W = `touch ${directory}/witness`
    const look = Effect.sync(() => fs.readdirSync(directory))
    const made = (name: string) =>
      Effect.zipRight(
        sway.command(`exec touch ${directory}/${name}`),
        eventually(look, found => found.includes(name)),
      )
    const random = Array.from({ length: RANDOM }, (_, seed) => randomName(seed, W))
    return {
      W,
      all: [...new Set([...namesWith(W), ...random])],
      noWitness: Effect.gen(function* () {
        assert.deepStrictEqual(yield* made("last"), ["last"])
        // It could have been made.
        yield* made("witness")
        for (const name of yield* look) fs.rmSync(`${directory}/${name}`)
      }),
    }
  })

type Names = Effect.Effect.Success<ReturnType<typeof makeNames>>

/**
 * Gives each name to something, and asks what it is called then: by that name, or, if that was refused, as before. Succeeds with the
 * errors that have other reasons than that no quotes can hold the name.
 */
const nameAll = (
  { all, noWitness }: Names,
  give: (name: string) => ReturnType<SwayService["command"]>,
  called: Effect.Effect<string | undefined, unknown>,
) =>
  Effect.gen(function* () {
    const refused: Array<readonly [string, string]> = []
    for (const name of all) {
      const before = yield* called
      const came = yield* outcome(give(name))
      assert.strictEqual(yield* called, came === "done" ? name : before, `${JSON.stringify(name)}: ${came}`)
      if (came !== "done" && came !== "QuoteError Unquotable") refused.push([name, came])
    }
    yield* noWitness
    return Object.fromEntries(refused)
  })

const workspaceName = (sway: SwayService) =>
  Effect.map(sway.workspaces, all => all.find(({ focused }) => focused)?.name)

const switchTo = (sway: SwayService, names: Names) =>
  nameAll(names, name => sway.command`workspace ${name}`, workspaceName(sway))

/** The workspace that has each new name is renamed again, by that name. */
const rename = (sway: SwayService, names: Names) =>
  Effect.gen(function* () {
    yield* sway.command("workspace renamed")
    const give = (name: string) =>
      Effect.zipRight(
        sway.command`rename workspace to ${name}`,
        Effect.zipRight(
          sway.command`rename workspace ${name} to renamed`,
          sway.command`rename workspace renamed to ${name}`,
        ),
      )
    return yield* nameAll(names, give, workspaceName(sway))
  })

/** The mark of one of two windows; whoever has it must then be found by it. */
const mark = (sway: SwayService, names: Names, marked: number, other: number) => {
  const give = (name: string) =>
    Effect.zipRight(
      sway.command`${{ con_id: other }} focus`,
      Effect.zipRight(sway.command`${{ con_id: marked }} mark ${name}`, sway.command`${{ con_mark: name }} focus`),
    )
  const called = Effect.gen(function* () {
    const tree = yield* sway.tree
    assert.isEmpty(tree.find({ id: other })?.marks)
    return tree.find({ id: marked })?.marks?.[0]
  })
  const focused = Effect.map(sway.focused, node => assert.strictEqual(node?.id, marked))
  return nameAll(names, name => Effect.zipLeft(give(name), Effect.orDie(focused)), called)
}

/** A terminal whose title is each line of the FIFO. */
const titled = "while IFS= read -r title; do printf '\\033]2;%s\\007' \"$title\"; done"

/** Finds a window by each title that a terminal can have, and does not take another for it. */
const findByTitle = (sway: SwayService, { W, noWitness }: Names, fifo: string, id: number) =>
  Effect.gen(function* () {
    for (const title of namesWith(W).filter(name => /^[^\p{Cc}\p{Cs}]+$/u.test(name))) {
      fs.appendFileSync(fifo, `${title}\n`)
      yield* eventually(sway.tree, tree => tree.find({ id })?.name === title)
      yield* sway.command`${{ con_id: id }} mark unmarked`
      yield* sway.command`${{ title }} mark ${"found"}`
      assert.deepStrictEqual(
        (yield* sway.tree).filter(node => node.marks?.includes("found") === true).map(each => each.id),
        [id],
      )
      // As programs escape that put a backslash before each sign, also before a quote.
      const escaped = new RegExp(`^${title.replace(/[ -~]/g, sign => (/\w/.test(sign) ? sign : `\\${sign}`))}$`)
      yield* sway.command`${{ title: escaped }} mark ${"escaped"}`
      assert.include((yield* sway.tree).find({ id })?.marks ?? [], "escaped", title)
      const near = yield* outcome(sway.command`${{ title: `${title}x` }} mark ${"found"}`)
      assert.strictEqual(near, "CommandError Failed", title)
    }
    yield* noWitness
  })

/** Finds a window by a regular expression with a flag, and not without it. */
const findInAnyCase = (sway: SwayService, fifo: string, id: number) =>
  Effect.gen(function* () {
    fs.appendFileSync(fifo, "SAY it\n")
    yield* eventually(sway.tree, tree => tree.find({ id })?.name === "SAY it")
    assert.strictEqual(yield* outcome(sway.command`${{ title: /^ask|^say/i }} mark ${"found"}`), "done")
    assert.strictEqual((yield* sway.tree).find(node => node.marks?.includes("found") === true)?.id, id)
    assert.strictEqual(yield* outcome(sway.command`${{ title: /^ask|^say/ }} mark ${"found"}`), "CommandError Failed")
  })

/** Templates in which no quotes would help: nothing is sent. */
const refuseMisplaced = (sway: SwayService, { W, noWitness }: Names, id: number) =>
  Effect.gen(function* () {
    const enemy = `a; exec ${W}`
    const shell = `$(${W})`
    const templates = [
      sway.command`exec ${enemy}`,
      sway.command`nop; exec_always ${shell}`,
      sway.command`nop ${"x"}
        exec ${shell}`,
      sway.command`workspace "${enemy}"`,
      sway.command`workspace pre${enemy}`,
      sway.command`workspace ${enemy}post`,
      sway.command`[title=${`"] exec ${W}`}] focus`,
      sway.command`workspace ${{ title: enemy }}`,
      sway.command`for_window ${{ con_id: id }} mark x`,
      sway.command`for_window [title="."] mark ${enemy}`,
      sway.command`bindsym a workspace ${enemy}`,
      sway.command`output * bg ${shell} fill`,
    ]
    for (const template of templates) assert.match(yield* outcome(template), /^QuoteError (Exec|Misplaced)$/)
    yield* noWitness
  })

/** Behind other words of a name: sway keeps the quotes together all the same, i3 does not see them. */
const keepTogether = (sway: SwayService, { W, noWitness }: Names) =>
  Effect.gen(function* () {
    const enemy = `a; exec ${W} #`
    yield* outcome(sway.command`nop from ${enemy}`)
    yield* outcome(sway.command`title_format %title ${enemy}`)
    yield* outcome(sway.command`workspace my ${enemy}`)
    yield* outcome(sway.command`mark\u00a0${enemy}`)
    yield* outcome(sway.command`mode --pango_markup ${enemy}`)
    yield* noWitness
  })

/** A pattern that ends in a backslash, before a name that would end the criteria. */
const escapeThePattern = (sway: SwayService, { W, noWitness }: Names) =>
  Effect.gen(function* () {
    yield* outcome(sway.command`${{ title: /.|\\/ }} move container to workspace ${`] exec ${W} #`}`)
    yield* noWitness
  })

/** Opens a terminal; succeeds with the id of its window. */
const openWindow = (sway: SwayService, command: string) =>
  Effect.gen(function* () {
    const known = (yield* sway.tree).windows.map(({ id }) => id)
    yield* sway.command(`exec ${command}`)
    const fresh = Effect.map(sway.tree, ({ windows }) => windows.find(({ id }) => !known.includes(id)))
    return (yield* eventually(fresh, found => found !== undefined))?.id ?? 0
  })

/** All trials on one compositor. `terminal` runs what follows it. Succeeds with the names that could be quoted, and are refused. */
const tryAll = (terminal: string) =>
  Effect.gen(function* () {
    const sway = yield* Sway
    yield* eventually(sway.health, ({ status }) => status === "healthy")
    const names = yield* makeNames(sway)
    const directory = yield* makeScratchDir
    const fifo = `${directory}/titles`
    yield* runAs("mkfifo", [fifo], { runtimeDir: directory })
    // Open for reading and writing, so that it does not end with its first writer.
    const script = publish(directory, "titled", `${titled} <>${fifo}\n`)
    const first = yield* openWindow(sway, `${terminal} sh ${script}`)
    const second = yield* openWindow(sway, `${terminal} sleep 1000`)
    yield* findByTitle(sway, names, fifo, first)
    yield* findInAnyCase(sway, fifo, first)
    yield* sway.command`${{ con_id: first }} mark none`
    const marks = yield* mark(sway, names, first, second)
    yield* refuseMisplaced(sway, names, first)
    yield* keepTogether(sway, names)
    yield* escapeThePattern(sway, names)
    return { marks, switched: yield* switchTo(sway, names), renamed: yield* rename(sway, names) }
  })

const ofAll = (names: ReadonlyArray<string>, error: string) => Object.fromEntries(names.map(name => [name, error]))

const untilTried = (terminal: string, socketPath: string) =>
  Effect.provide(tryAll(terminal), Sway.layerFrom({ socket: socketPath }))

describeWith([...swayTools, "foot"], "names in commands to sway", () => {
  it.scopedLive("reach what they name, or are refused", () =>
    Effect.gen(function* () {
      const runtimeDir = yield* makeRuntimeDir
      const { socketPath } = yield* startSway({ runtimeDir, config: `${swayConfig}set $x replaced\n` })
      const words = ["next", "prev", "next_on_output", "prev_on_output", "back_and_forth", "current", "number", "to"]
      const reserved = ofAll([...words, "--no-auto-back-and-forth"], "QuoteError Reserved")
      const options = ofAll(["--add", "--no-auto-back-and-forth"], "CommandError NotUnderstood")
      assert.deepStrictEqual(yield* untilTried("foot", socketPath), {
        marks: options,
        switched: reserved,
        renamed: reserved,
      })
    }),
  )
})

describeWith([...i3Tools, "xterm"], "names in commands to i3", () => {
  it.scopedLive("reach what they name, or are refused", () =>
    Effect.gen(function* () {
      const runtimeDir = yield* makeRuntimeDir
      const { socketPath } = yield* startI3({ runtimeDir, config: `${i3Config}set $x replaced\n` })
      const empty = { "": "CommandError NotUnderstood" }
      const ownNames = ofAll(["__focused__", "__i3_scratch"], "CommandError Failed")
      assert.deepStrictEqual(yield* untilTried("xterm -u8 -e", socketPath), {
        marks: empty,
        switched: { ...empty, ...ownNames },
        renamed: { ...empty, ...ownNames },
      })
    }),
  )
})
