import { watch } from "node:fs"
import { homedir } from "node:os"
import { setTimeout } from "node:timers/promises"
import { connect } from "i3pm/promise"
import { apply, recover } from "./config-manager.js"

const [source = `${homedir()}/.config/sway/managed`, target = `${source}.conf`] = process.argv.slice(2)
const paths = { source, target }

await using sway = await connect({ wait: true })
await recover(paths)

let changed = () => {}
watch(source, () => changed())
for (;;) {
  // Made before the look: a change that comes during it is looked at next.
  const change = new Promise<void>(resolve => {
    changed = resolve
  })
  const { tag, why } = await apply(paths, sway)
  if (tag !== "unchanged") console.log(`${tag} ${why}`.trim())
  await change
  // An editor writes in several steps.
  await setTimeout(100)
}
