import { assert, describe, it } from "@effect/vitest"
import type { Listing } from "../../../src/layers/sockets/candidateFiles.ts"
import { makeQuietSweep } from "../../../src/layers/sockets/quietSweep.ts"

const NOW = 1_800_000_000_000

const nanoseconds = (milliseconds: number) => BigInt(milliseconds) * 1_000_000n

const RUN = "/run/user/1000"
const I3 = `${RUN}/i3`
const TMP = "/tmp"

const listing: Listing = [RUN, I3].map(path => ({ path, origin: "runtime_dir", parse: () => undefined, names: [] }))

const connected = { path: `${RUN}/sway-ipc.1000.1.sock`, identity: "1:2" }

/** The memory of a sweep in directories that last changed at these times. */
const makeMemory = () => {
  const changes = new Map<string, bigint>([
    [RUN, nanoseconds(NOW - 1000)],
    [TMP, nanoseconds(NOW - 2000)],
  ])
  return { changes, quiet: makeQuietSweep(directory => changes.get(directory)) }
}

describe("a sweep that found nothing", () => {
  it("is not repeated while no directory changes and the connection is the same", () => {
    const { quiet } = makeMemory()
    assert.isFalse(quiet.isQuiet(connected))
    quiet.remember(listing, NOW, connected)
    assert.isTrue(quiet.isQuiet(connected))
    assert.isTrue(quiet.isQuiet({ ...connected }))
  })

  for (const directory of [RUN, I3, TMP]) {
    it(`is repeated after a change in ${directory}`, () => {
      const { changes, quiet } = makeMemory()
      quiet.remember(listing, NOW, connected)
      changes.set(directory, nanoseconds(NOW - 1000) + 1n)
      assert.isFalse(quiet.isQuiet(connected))
    })
  }

  it("is repeated for another connection, and without one: then that socket may be an orphan", () => {
    const { quiet } = makeMemory()
    quiet.remember(listing, NOW, connected)
    for (const other of [undefined, { ...connected, identity: "1:3" }, { ...connected, path: `${RUN}/other.sock` }]) {
      assert.isFalse(quiet.isQuiet(other))
    }
  })

  it("is repeated where a directory changed shortly before it was listed, or since: a time stamp does not tell two changes apart", () => {
    for (const age of [-5, 0, 99]) {
      const { changes, quiet } = makeMemory()
      changes.set(TMP, nanoseconds(NOW - age))
      quiet.remember(listing, NOW, connected)
      assert.isFalse(quiet.isQuiet(connected), String(age))
    }
  })

  it("is forgotten by one that finds something", () => {
    const { quiet } = makeMemory()
    quiet.remember(listing, NOW, connected)
    quiet.forget()
    assert.isFalse(quiet.isQuiet(connected))
  })
})
