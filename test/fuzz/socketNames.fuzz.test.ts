/** Any file name: it is taken for a compositor's socket only if it is written exactly as sway, a fork or i3 writes it. */
import { assert, describe, it } from "@effect/vitest"
import * as FastCheck from "effect/FastCheck"
import { isI3TmpDir, parseI3Name, parseSwayName } from "../../src/layers/sockets/SocketName.ts"
import { numRuns } from "./runs.ts"

const number = FastCheck.oneof(
  FastCheck.nat().map(String),
  FastCheck.constantFrom("0", "00", "01", "-1", "+1", "1e3", "0x10", "9999999999", "12345678901", "", " 1", "٣"),
)

const name = FastCheck.oneof(
  FastCheck.tuple(FastCheck.constantFrom("sway", "scroll", "swayfx", "Sway", "sway2"), number, number).map(
    ([prefix, uid, pid]) => `${prefix}-ipc.${uid}.${pid}.sock`,
  ),
  number.map(pid => `ipc-socket.${pid}`),
  FastCheck.string({ maxLength: 8 }).map(suffix => `i3-user.${suffix}`),
  FastCheck.string({ unit: "binary" }),
)

/** A name with one character put in, taken out or replaced. */
const changed = FastCheck.tuple(
  name,
  FastCheck.nat(),
  FastCheck.nat({ max: 1 }),
  FastCheck.string({ maxLength: 1 }),
).map(([text, place, removed, piece]) => {
  const at = place % (text.length + 1)
  return text.slice(0, at) + piece + text.slice(at + removed)
})

/** Always tried. A counterexample that is found comes here, shrunk. */
const kept: ReadonlyArray<[string]> = [["sway-ipc.1000.1.sock\n"], ["\nsway-ipc.1000.1.sock"], ["ipc-socket.1\n"]]

describe("any file name", () => {
  it("is a socket of sway, of a fork or of i3 only if it is written as they write it", () => {
    FastCheck.assert(
      FastCheck.property(FastCheck.oneof(name, changed), text => {
        const sway = parseSwayName(text)
        const again = ["sway", "scroll", "swayfx"].map(prefix => `${prefix}-ipc.${sway?.uid}.${sway?.pid}.sock`)
        assert.strictEqual(sway !== undefined, again.includes(text), text)
        const i3 = parseI3Name(text)
        assert.strictEqual(i3 !== undefined, text === `ipc-socket.${i3?.pid}`, text)
        assert.isFalse(sway !== undefined && i3 !== undefined)
      }),
      { numRuns, examples: [...kept] },
    )
  })

  it("is a directory of i3 only with six letters or digits after the user's name", () => {
    FastCheck.assert(
      FastCheck.property(FastCheck.oneof(name, changed), text => {
        const suffix = text.slice("i3-user.".length)
        const isOne = text.startsWith("i3-user.") && suffix.length === 6 && !/[^A-Za-z0-9]/.test(suffix)
        assert.strictEqual(isI3TmpDir("user")(text), isOne, text)
      }),
      { numRuns },
    )
  })
})
