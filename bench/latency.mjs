/**
 * Measures requests: the latency of GET_VERSION through the real layers over a bare `node:net` loop, and pipelined requests
 * a second over sequential ones on the same connection. The server is `i3pm simulate`, a process of its own; the rounds
 * take turns in one client process (layers.ts).
 */
import { bundle, outputOf } from "./bundle.mjs"
import { median, show } from "./stats.mjs"
import { kill, makeRuntimeDir, start, startCompositor, untilAnswering } from "./world.mjs"

export const latency = async quick => {
  const runtimeDir = makeRuntimeDir()
  const compositor = startCompositor(runtimeDir, false)
  await untilAnswering(compositor)
  const args = [await bundle("layers.ts"), compositor.socketPath, quick ? "9" : "51", quick ? "1000" : "2000"]
  const took = JSON.parse(await outputOf(start(runtimeDir, process.execPath, args, { stdout: "pipe" })))
  await kill(compositor)

  // By round, so that a change of the machine's load between rounds is in neither side alone.
  const ratioOf = (over, under) => median(over.map((time, round) => time / under[round]))
  const row = (what, times) => {
    const ratio = ratioOf(times, took.bare)
    return {
      what,
      measured: show(median(times), "µs"),
      baseline: show(median(took.bare), "µs"),
      ratio,
      aim: "<= 1.5",
      met: ratio <= 1.5,
    }
  }
  const gain = ratioOf(took.request, took.pipelined)
  return [
    row("request latency, decoded / bare net loop", took.request),
    row("request latency, raw send / bare net loop", took.send),
    {
      what: "requests a second, 64 pipelined / one by one",
      measured: show(1e6 / median(took.pipelined), "/s"),
      baseline: show(1e6 / median(took.request), "/s"),
      ratio: gain,
      aim: ">= 2",
      met: gain >= 2,
    },
  ]
}
