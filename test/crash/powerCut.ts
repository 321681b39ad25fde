/** What a power cut may leave at each moment of a command, from its recorded system calls. */
import { assert } from "@effect/vitest"
import { type Call, pathsOf, relevantBelow } from "./calls.ts"
import { type Disk, extremes, mixture } from "./Disk.ts"
import { withoutTimes } from "./desk.ts"
import { type Tree, torn, type Wholes } from "./tree.ts"

/** Mixtures of what has lasted and what has not, for each moment. */
const MIXTURES = 20

/** Random numbers between 0 and 1, the same for each seed (mulberry32). */
const randomFrom = (seed: number) => {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** A state that a power cut may leave, and when. */
export interface Survivor {
  readonly tree: Tree
  readonly when: string
}

/**
 * All different states that a power cut may leave while these calls are made, beginning with what `disk` has. Fails if a file under its
 * final name is not whole in one of them.
 */
export const survivorsOf = (
  disk: Disk,
  calls: ReadonlyArray<Call>,
  { lasting, wholes }: { readonly lasting: ReadonlyArray<string>; readonly wholes: Wholes },
): ReadonlyArray<Survivor> => {
  const random = randomFrom(1)
  const lucks = [...extremes, ...Array.from({ length: MIXTURES }, () => mixture(random))]
  const found = new Map<string, Survivor>()
  for (const call of relevantBelow(calls, lasting)) {
    disk.apply(call)
    const when = `after ${call.name} ${call.nth} (${pathsOf(call).join(" ")})`
    for (const luck of lucks) {
      const tree = withoutTimes(disk.survivors(luck))
      const text = JSON.stringify(tree)
      if (found.has(text)) continue
      assert.deepStrictEqual(torn(tree, wholes), [], `power cut ${when}`)
      found.set(text, { tree, when })
    }
  }
  return [...found.values()]
}
