/** The command `npm run simulate`: a fixed number of schedules keeps all promises, and faults in the code are found. */
import { execFile } from "node:child_process"
import { assert, describe, it } from "@effect/vitest"
import { mutations } from "./mutations.mjs"

interface Finished {
  readonly status: number
  readonly stdout: string
}

const simulate = (...words: ReadonlyArray<string>): Promise<Finished> =>
  new Promise((done, failed) => {
    execFile(process.execPath, ["scripts/simulate.mjs", ...words], (cause, stdout, stderr) => {
      const status = cause === null ? 0 : cause.code
      if (typeof status === "number") done({ status, stdout: `${stdout}${stderr}` })
      else failed(cause)
    })
  })

/** What a run prints but for real time. */
const withoutWall = ({ stdout }: Finished) => stdout.replaceAll(/^wall:.*$/gm, "")

describe("simulated faults", () => {
  it("break no promise of the daemon and the relay", async () => {
    const finished = await simulate("--count", "8", "--workers", "1")
    assert.strictEqual(finished.status, 0, finished.stdout)
    assert.match(finished.stdout, /^8 schedules, 480 faults, [\d.]+ simulated hours\nno promise was broken$/m)
  })

  it("are the same each time for a seed", async () => {
    const seed = "4"
    const [one, other] = [await simulate("--seed", seed), await simulate("--seed", seed)]
    assert.strictEqual(one.status, 0, one.stdout)
    assert.match(one.stdout, /^ +[\d.]+ s {2}the faults end/m)
    assert.strictEqual(withoutWall(one), withoutWall(other))
  })

  it.each(mutations.map(({ name, what }) => [name, what]))("find %s: %s", async name => {
    const finished = await simulate("--mutation", name, "--minutes", "5")
    assert.strictEqual(finished.status, 1, finished.stdout)
    assert.match(finished.stdout, /^seed \d+ \((daemon|relay)\): .+$/m)
  })

  it.each([
    [["--seed", "none"], /--seed must be a number/],
    [["--mutation", "none"], /there is no mutation none: lost-wake/],
    [["--unknown"], /Unknown option '--unknown'/],
  ])("are not run with %j", async (words, expected) => {
    const finished = await simulate(...words)
    assert.strictEqual(finished.status, 64)
    assert.match(finished.stdout, expected)
  })
})
