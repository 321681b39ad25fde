/** Whatever a restricted socket lets through is what was allowed, to sway and to i3. */
import * as FastCheck from "effect/FastCheck"
import { describe, expect, it } from "vitest"
import { requestTypes } from "../../../../src/layers/ipc/Message.ts"
import type { Policy } from "../../../../src/layers/relay/policy/Policy.ts"
import { presets } from "../../../../src/layers/relay/policy/presets.ts"
import { numRuns } from "../../../fuzz/runs.ts"
import { i3Calls } from "../../support/i3Grammar.ts"
import { kiosk, policyOf } from "../../support/policies.ts"
import { swayCommands } from "../../support/swayGrammar.ts"

const bar = presets.get("bar")?.commands ?? []
const others = [
  "nop *",
  "mark *",
  "mode *",
  "rename workspace * to *",
  "move * *",
  "output DP-1 power off",
  'nop "a b"',
]

const sent = (policy: Policy, payload: Buffer): Buffer | undefined => {
  const verdict = policy.judge(requestTypes.command, payload, "sway")
  return verdict._tag === "Rewrite" ? Buffer.from(verdict.payload) : undefined
}

/** A command's words as a compositor gets them, and how a client may write them. */
interface Sample {
  readonly argv: ReadonlyArray<string>
  readonly text: string
}

const wordText = FastCheck.oneof(
  FastCheck.stringMatching(/^[A-Za-z0-9_.:+][A-Za-z0-9_.:+-]{0,6}$/),
  FastCheck.constantFrom("nextexecx", "exec", "next", "number", "5execx", "toexec", "5", "leftexecx", "to"),
).map(text => ({ argv: [text], text }))

const quotedText = FastCheck.oneof(
  FastCheck.string({ unit: "binary", maxLength: 8 }),
  FastCheck.constantFrom("exec x", "--flag", "", "1: a, b", "[x]", "it's", "\uf0e0", "{", "#", "\u2028exec", "*"),
)
  .filter(text => /^[^"\\$`;\p{Cc}\p{Cs}]*$/u.test(text))
  .map(text => ({ argv: [text], text: `"${text}"` }))

const gap = FastCheck.integer({ min: 1, max: 3 }).map(length => " ".repeat(length))

/** A command that the pattern allows. */
const sampleOf = (pattern: string): FastCheck.Arbitrary<Sample> => {
  const words = pattern === 'nop "a b"' ? ["nop", '"a b"'] : pattern.split(" ")
  const parts = words.map(word =>
    word === "*"
      ? FastCheck.oneof(wordText, quotedText)
      : FastCheck.constant({ argv: [word.replaceAll('"', "")], text: word }),
  )
  return FastCheck.tuple(FastCheck.tuple(...parts), gap).map(([samples, space]) => ({
    argv: samples.flatMap(({ argv }) => argv),
    text: samples.map(({ text }) => text).join(space),
  }))
}

const all = [...(kiosk.commands ?? []), ...bar, ...others]
const policy = policyOf({ commands: all })

const chain = FastCheck.array(FastCheck.oneof(...all.map(sampleOf)), { minLength: 1, maxLength: 3 })

/** By itself, on what sway gets: the words of a pattern, and one argument for each `*`. */
const isListed = (argv: ReadonlyArray<string>): boolean =>
  all.some(pattern => {
    const words = pattern === 'nop "a b"' ? ["nop", "a b"] : pattern.split(" ")
    return (
      words.length === argv.length &&
      words.every((word, index) =>
        word === "*" ? /^[^"\\$`;\p{Cc}]*$/u.test(argv[index] ?? "") : word === argv[index],
      )
    )
  })

/** i3 runs the commands in their order, or stops before one that it does not know. */
const expectOnly = (argvs: ReadonlyArray<ReadonlyArray<string>>, payload: Buffer): void => {
  for (const [index, [command, argument]] of i3Calls(payload).entries()) {
    expect([argvs[index]?.[0], argvs[index]?.at(-1)]).toEqual([command, argument])
  }
}

/** A change of a payload at a place between its start (0) and its end (1). */
interface Mutation {
  readonly at: number
  readonly removed: number
  readonly piece: Buffer
  /** The rest in upper case. */
  readonly isUpper: boolean
}

describe("what is let through", () => {
  it("is what was allowed, to sway and to i3", () => {
    FastCheck.assert(
      FastCheck.property(chain, FastCheck.constantFrom(";", "; ", " ;; ", " ; ;  "), (samples, separator) => {
        const payload = sent(policy, Buffer.from(samples.map(({ text }) => text).join(separator)))
        const argvs = samples.map(({ argv }) => argv)
        expect(swayCommands(payload ?? Buffer.from("refused"))).toEqual(
          argvs.map(argv => ({ hasCriteria: false, argv })),
        )
        expectOnly(argvs, payload ?? Buffer.from(""))
      }),
      { numRuns: Math.max(2_000, numRuns) },
    )
  })

  const piece = FastCheck.oneof(
    FastCheck.constantFrom(
      ...[
        ";",
        ",",
        " ",
        "\n",
        "\0",
        "\r",
        "\t",
        "[",
        "]",
        "[a=b]",
        '"',
        "'",
        "\\",
        "$x",
        "`id`",
        "$(id)",
        "{",
        "}",
        "#",
      ],
      ...["exec x", ";exec x", ",exec x", " exec x", '"exec x"', "nop", "--flag ", "*", "-", "EXEC"],
      ...["\u0085", "\u2028", "\ufeff", "\u00a0", "\u202e", "\u3000", "\uff1b"],
    ).map(text => Buffer.from(text)),
    FastCheck.uint8Array({ minLength: 1, maxLength: 3 }).map(bytes => Buffer.from(bytes)),
    FastCheck.constantFrom([0xc0, 0x80], [0xc0, 0x8a], [0xed, 0xa0, 0x80], [0xff]).map(bytes => Buffer.from(bytes)),
  )
  const mutation: FastCheck.Arbitrary<Mutation> = FastCheck.record({
    at: FastCheck.double({ min: 0, max: 1, noNaN: true }),
    removed: FastCheck.constantFrom(0, 0, 0, 1, 2, 5),
    piece: FastCheck.oneof(piece, FastCheck.constant(Buffer.alloc(0))),
    isUpper: FastCheck.constantFrom(false, false, false, true),
  })
  const mutate = (payload: Buffer, { at, isUpper, piece: added, removed }: Mutation) => {
    const index = Math.floor(at * payload.length)
    const rest = payload.subarray(index + removed)
    const tail = isUpper ? Buffer.from(rest.toString("latin1").toUpperCase(), "latin1") : rest
    return Buffer.concat([payload.subarray(0, index), added, tail])
  }

  it("is listed after any mutation, and means what the client's own bytes meant", () => {
    const counts = { sent: 0, refused: 0 }
    const mutations = FastCheck.array(mutation, { minLength: 1, maxLength: 3 })
    FastCheck.assert(
      FastCheck.property(chain, mutations, (samples, changes) => {
        const original = changes.reduce(mutate, Buffer.from(samples.map(({ text }) => text).join("; ")))
        const payload = sent(policy, original)
        counts[payload === undefined ? "refused" : "sent"] += 1
        if (payload === undefined) return
        const commands = swayCommands(payload)
        expect(commands).toEqual(swayCommands(original))
        for (const { argv, hasCriteria } of commands) expect(!hasCriteria && isListed(argv)).toBe(true)
        expectOnly(
          commands.map(({ argv }) => argv),
          payload,
        )
      }),
      { numRuns: Math.max(5_000, numRuns) },
    )
    expect(counts.sent).toBeGreaterThan(300)
    expect(counts.refused).toBeGreaterThan(300)
  })

  it("is nothing of bytes at random", () => {
    FastCheck.assert(
      FastCheck.property(FastCheck.uint8Array({ minLength: 1, maxLength: 40 }), bytes => {
        const payload = sent(policy, Buffer.from(bytes))
        for (const { argv } of swayCommands(payload ?? Buffer.from(""))) expect(isListed(argv)).toBe(true)
      }),
      { numRuns: Math.max(2_000, numRuns) },
    )
  })
})
