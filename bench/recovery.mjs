/**
 * Measures recovery: a compositor is killed with SIGKILL, a new one is started, and from the moment its socket accepts it is
 * timed how long the daemon takes to tell a `watch_socket_health` subscriber that it is healthy on the new path, over how
 * long a bare client takes to its answer. That client starts with the compositor and knocks every millisecond.
 *
 * A starting sway accepts (the kernel does it for it) long before it answers, so most of both times is sway's own; what the
 * daemon adds is the row of its own.
 */
import { rmSync } from "node:fs"
import { connect } from "node:net"
import { setTimeout as sleep } from "node:timers/promises"
import { median, quantile, show } from "./stats.mjs"
import { frame, frames, GET_VERSION, openLines } from "./wire.mjs"
import { controlSocket, kill, startCompositor, startHealthy } from "./world.mjs"

const KNOCK = 1
const LIMIT = 30_000

/** A compositor lives longer than a moment, and is away for up to this long, in milliseconds. */
export const LIFE = 300
const LONGEST_GAP = 600

const knock = path =>
  new Promise((resolve, reject) => {
    let accepted
    const socket = connect(path)
    socket.once("error", reject)
    socket.once("connect", () => {
      accepted = performance.now()
      socket.write(frame(GET_VERSION))
    })
    socket.on(
      "data",
      frames(() => {
        socket.destroy()
        resolve({ accepted, answered: performance.now() })
      }),
    )
  })

/** When a new compositor's socket accepts, and when it answers. */
export const knockUntilAnswered = async path => {
  for (const started = performance.now(); performance.now() - started < LIMIT; await sleep(KNOCK)) {
    const answer = await knock(path).catch(() => undefined)
    if (answer !== undefined) return answer
  }
  throw new Error(`${path} did not answer`)
}

/** Tells when the daemon is healthy on a path, as its subscriber sees it. */
export const subscribe = async runtimeDir => {
  const connection = await openLines(controlSocket(runtimeDir))
  await connection.ask('{"jsonrpc":"2.0","method":"watch_socket_health","id":1}')
  const healthyOn = path =>
    new Promise((resolve, reject) => {
      const limit = setTimeout(() => reject(new Error(`the daemon did not become healthy on ${path}`)), LIMIT)
      connection.onLine(line => {
        const { params } = JSON.parse(line)
        if (params?.status !== "healthy" || params.socket_path !== path) return
        clearTimeout(limit)
        resolve(performance.now())
      })
    })
  return { healthyOn, close: connection.close }
}

/**
 * One round: kills the compositor, starts another one `gap` milliseconds later, and tells how long after its accept the daemon was healthy
 * and a bare client had its answer, in milliseconds.
 */
export const restart = async (runtimeDir, compositor, subscription, gap) => {
  await kill(compositor)
  await sleep(gap)
  const next = startCompositor(runtimeDir)
  const healthyOn = subscription.healthyOn(next.socketPath)
  const [{ accepted, answered }, healthy] = await Promise.all([knockUntilAnswered(next.socketPath), healthyOn])
  // One orphan at a time is what a crash leaves; a hundred would be another benchmark.
  rmSync(compositor.socketPath, { force: true })
  return { next, daemon: healthy - accepted, bare: answered - accepted }
}

/** How long the compositor of a round is away: from nothing to {@link LONGEST_GAP}, evenly. */
export const gapOf = (round, rounds) => (LONGEST_GAP * round) / rounds

export const recovery = async quick => {
  const { runtimeDir, compositor, stop } = await startHealthy()
  const subscription = await subscribe(runtimeDir)
  const rounds = quick ? 15 : 100
  const daemon = []
  const bare = []
  const added = []
  let current = compositor
  for (let round = 0; round < rounds; round += 1) {
    await sleep(LIFE)
    const took = await restart(runtimeDir, current, subscription, gapOf(round, rounds))
    current = took.next
    daemon.push(took.daemon)
    bare.push(took.bare)
    added.push(took.daemon - took.bare)
  }
  subscription.close()
  await kill(current)
  await stop()

  const row = (name, share) => {
    const [ours, theirs] = [quantile(daemon, share), quantile(bare, share)]
    return {
      what: `recovery after SIGKILL, ${name} of ${rounds}: daemon healthy / bare client answered`,
      measured: show(ours, "ms"),
      baseline: show(theirs, "ms"),
      ratio: ours / theirs,
      aim: name === "p99" ? "<= 100 ms" : "",
      met: name === "p99" ? ours <= 100 : undefined,
    }
  }
  const notes = `recovery: the daemon was healthy ${show(median(added), "ms")} (p50), ${show(quantile(added, 0.99), "ms")} (p99), ${show(Math.max(...added), "ms")} (max) after the bare client had its answer`
  return [row("p50", 0.5), row("p99", 0.99), notes]
}
