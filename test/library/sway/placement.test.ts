/** Templates of any shape with hostile texts: what is sent runs no program, to sway and to i3 as their grammars are modelled for the relay. */
import * as Either from "effect/Either"
import * as FastCheck from "effect/FastCheck"
import { expect, it } from "vitest"
import { templateText } from "../../../src/library/sway/commandText.ts"
import { numRuns } from "../../fuzz/runs.ts"
import { i3Calls } from "../../layers/support/i3Grammar.ts"
import { swayCommands } from "../../layers/support/swayGrammar.ts"

const oneOf = FastCheck.constantFrom

const hostile = oneOf(
  ...["a; exec W", "a, exec W", "; exec W", "exec W", "it's; exec W", "'; exec W; '", '"; exec W; "', '\\"; exec W'],
  ...["\\'; exec W", "\\; exec W", "a"],
)

/** What may stand before a command, not all of which ends another one. */
const separator = oneOf("", " ", ";", "; ", ", ", "\n", "\n  ", "\r", "\0", ";\n", ' "x" ', "] ")

const command = oneOf(
  ...["nop", "mark", "mark --add", "unmark", "mode", "title_format", "focus output", "workspace", "workspace number"],
  ...[
    "move workspace to output",
    "move container to mark",
    "rename workspace",
    "rename workspace to",
    "rename workspace a to",
  ],
  ...['rename workspace "a b" to', "swap container with mark", "scratchpad show", "kill", "focus left", "reload"],
)

/** Words between the command and the text. */
const words = oneOf("", "", "", "from ", "to ", "number ", "say 'a' ", 'say "a" ', "\\ ", "{ ", "\n", "\u00a0 ")

const head = FastCheck.tuple(separator, command, words).map(([before, name, more]) => `${before}${name} ${more}`)

const tail = oneOf("", ";", " ", ",", "\n", " x", " to ", '"')

const template = FastCheck.array(FastCheck.tuple(head, hostile, tail), { minLength: 1, maxLength: 3 }).map(parts => ({
  texts: parts.map(([before], index) => (parts[index - 1]?.[2] ?? "") + before).concat(parts.at(-1)?.[2] ?? ""),
  values: parts.map(([, value]) => value),
}))

/** How many are sent at all: a test in which nothing is would show nothing. */
const accepted = { sway: 0, i3: 0 }

it("a text runs no program, wherever a template has it", () => {
  FastCheck.assert(
    FastCheck.property(template, ({ texts, values }) => {
      for (const dialect of ["sway", "i3"] as const) {
        const made = templateText(Object.assign([...texts], { raw: texts }), values, dialect)
        if (Either.isLeft(made)) continue
        accepted[dialect] += 1
        const payload = Buffer.from(made.right)
        const names =
          dialect === "i3"
            ? i3Calls(payload).map(([name]) => name)
            : swayCommands(payload).map(({ argv }) => argv[0] ?? "")
        expect(
          names.filter(name => /^exec/i.test(name)),
          made.right,
        ).toEqual([])
      }
    }),
    { numRuns: Math.max(5_000, numRuns) },
  )
  expect(accepted.sway).toBeGreaterThan(500)
  expect(accepted.i3).toBeGreaterThan(200)
})
