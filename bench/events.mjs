/**
 * Measures how late an event reaches a subscriber of the library, typed and decoded, over a bare `net` client with `JSON.parse`: from
 * the moment at which its bytes are readable to the callback. `window::focus` of twenty windows, one every 2 ms.
 *
 * A subscriber on Effect also pays for Effect's own stream and fiber: its baseline is the same client whose events go through the plainest
 * stream of Effect.
 */
import { execFile, execFileSync } from "node:child_process"
import { readFileSync } from "node:fs"
import { createServer } from "node:net"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { median, show } from "./stats.mjs"
import { frame, GET_VERSION, requests, SUBSCRIBE } from "./wire.mjs"
import { makeRuntimeDir } from "./world.mjs"

const WINDOW_EVENT = 0x80000003
const WINDOWS = 20
const INTERVAL = 2

const fixture = name => JSON.parse(readFileSync(new URL(`../test/fixtures/sway-1.7/${name}.json`, import.meta.url)))

/** A compositor that sends its subscribers the focus of one window after the other. The name is when the bytes are written. */
const startFocusing = path => {
  const { container } = fixture("event-window-focus")
  const version = JSON.stringify(fixture("get_version"))
  const send = (client, turn) => {
    const now = String(process.hrtime.bigint())
    const payload = { change: "focus", container: { ...container, id: (turn % WINDOWS) + 1, name: now } }
    client.write(frame(WINDOW_EVENT, JSON.stringify(payload)))
  }
  const server = createServer(client => {
    let timer
    client.on("error", () => {})
    client.on("close", () => clearInterval(timer))
    client.on(
      "data",
      requests(type => {
        client.write(frame(type, type === GET_VERSION ? version : '{"success": true}'))
        let turn = 0
        if (type === SUBSCRIBE) timer = setInterval(() => send(client, turn++), INTERVAL)
      }),
    )
  })
  return new Promise(resolve => server.listen(path, () => resolve(server)))
}

const reader = fileURLToPath(new URL("eventReader.mjs", import.meta.url))

const read = async (kind, path, count) =>
  Number((await promisify(execFile)(process.execPath, [reader, kind, path, String(count)])).stdout)

export const events = async quick => {
  execFileSync(process.execPath, ["scripts/library.mjs"], { cwd: fileURLToPath(new URL("..", import.meta.url)) })
  const path = `${makeRuntimeDir()}/sway-ipc.sock`
  const server = await startFocusing(path)
  const count = quick ? 500 : 2_000
  const taken = { net: [], netStream: [], promise: [], effect: [] }
  for (let round = 0; round < (quick ? 3 : 9); round += 1) {
    for (const [kind, times] of Object.entries(taken)) times.push(await read(kind, path, count))
  }
  server.close()
  const rowOf = (kind, subscriber, baseline, client, aim) => {
    const ratio = median(taken[kind].map((time, round) => time / taken[baseline][round]))
    return {
      what: `a window event to the callback of ${subscriber}, over ${client}`,
      measured: show(median(taken[kind]), "µs"),
      baseline: show(median(taken[baseline]), "µs"),
      ratio,
      aim: aim === undefined ? "" : `≤ ${aim}`,
      met: aim === undefined ? undefined : ratio <= aim,
    }
  }
  return [
    rowOf("promise", "i3pm/promise", "net", "a bare net client", 1.3),
    rowOf("effect", "i3pm", "netStream", "a bare net client in the plainest stream of Effect", 1.3),
    rowOf("effect", "i3pm", "net", "a bare net client"),
  ]
}
