import assert from "node:assert/strict"
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { type TestContext, test } from "node:test"
import { connect } from "i3pm/promise"
import { startCompositor } from "i3pm/testing"
import { apply, recover } from "./config-manager.js"

const GOOD = "bindsym Mod4+x exec foot\n"

/** A directory with one file of configuration, and a target. */
const setUp = async (context: TestContext) => {
  const directory = await mkdtemp(`${tmpdir()}/config-manager-test-`)
  context.after(() => rm(directory, { recursive: true }))
  const paths = { source: `${directory}/managed`, target: `${directory}/managed.conf` }
  await mkdir(paths.source)
  const edit = (text: string) => writeFile(`${paths.source}/keys.conf`, text)
  return { paths, edit, applied: () => readFile(paths.target, "utf8") }
}

test("what sway takes is applied, once; what it does not, never", async context => {
  const { applied, edit, paths } = await setUp(context)
  await using compositor = await startCompositor()
  await using sway = await connect({ socket: compositor.socketPath })
  await edit(GOOD)
  assert.deepEqual(await apply(paths, sway), { tag: "applied", why: "" })
  assert.equal(await applied(), GOOD)
  assert.equal((await apply(paths, sway)).tag, "unchanged")
  await edit("frobnicate\n")
  const { tag, why } = await apply(paths, sway)
  assert.equal(tag, "invalid")
  assert.match(why, /Error on line 1 'frobnicate'/)
  assert.equal(await applied(), GOOD)
})

test("what was not answered for is undone by the next run", async context => {
  const { applied, edit, paths } = await setUp(context)
  await edit(GOOD)
  await apply(paths, { command: async () => {} })
  await edit(`${GOOD}# newer\n`)
  await new Promise<void>(resolve => {
    void apply(paths, { command: () => new Promise(() => resolve()) })
  })
  assert.notEqual(await applied(), GOOD)
  await recover(paths)
  assert.equal(await applied(), GOOD)
})
