/**
 * Measures decoding on one thread: a GET_TREE reply of 5 MB to a checked value, and `JSON.parse` alone, in turn. Bundled and run by
 * decode.mjs; the arguments are the file of the reply and the rounds. Prints, as JSON, the milliseconds of both by round.
 */
import { readFileSync } from "node:fs"
import * as Effect from "effect/Effect"
import { decodeJson } from "../src/layers/ipc/decode.ts"
import { Node } from "../src/layers/ipc/Node.ts"

const [, , file = "", rounds = ""] = process.argv
const text = readFileSync(file, "utf8")
const decode = decodeJson(Node)

const milliseconds = (work: () => unknown) => {
  const started = performance.now()
  work()
  return performance.now() - started
}

/** Rounds that are for the compiler, on either side. */
const WARM_UP = 3

const took = { parsed: [] as Array<number>, decoded: [] as Array<number> }
for (let round = -WARM_UP; round < Number(rounds); round += 1) {
  const parsed = milliseconds(() => JSON.parse(text))
  const decoded = milliseconds(() => Effect.runSync(decode(JSON.parse(text))))
  if (round < 0) continue
  took.parsed.push(parsed)
  took.decoded.push(decoded)
}
process.stdout.write(JSON.stringify(took))
