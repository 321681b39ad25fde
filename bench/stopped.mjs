/**
 * Measures the answer time of `get_socket_health` while the compositor is stopped (SIGSTOP), over a round trip to a bare
 * echo server, in turn. In each round the first question comes right after the stop, when the daemon does not know yet and
 * has to wait for its probe's deadline; the second finds that probe overdue.
 */
import { connect } from "node:net"
import { median, show } from "./stats.mjs"
import { openLines } from "./wire.mjs"
import { controlSocket, eventually, kill, makeRuntimeDir, start, startHealthy } from "./world.mjs"

const LIMIT = 100
const QUESTION = '{"type":"get_socket_health"}'

const echoServer = async () => {
  const path = `${makeRuntimeDir()}/echo.sock`
  const script = `require("node:net").createServer(s => s.pipe(s)).listen(${JSON.stringify(path)})`
  const child = start(makeRuntimeDir(), process.execPath, ["-e", script])
  await eventually("listening", () => new Promise((yes, no) => connect(path, () => yes(true)).once("error", no)))
  return { child, path }
}

const timed = async (connection, expected) => {
  const started = performance.now()
  const answer = await connection.ask(QUESTION)
  const took = performance.now() - started
  if (!answer.includes(expected)) throw new Error(`expected ${expected}, not ${answer}`)
  return took
}

export const stopped = async quick => {
  const { runtimeDir, compositor, stop } = await startHealthy()
  const { child, path } = await echoServer()
  const daemon = await openLines(controlSocket(runtimeDir))
  const echo = await openLines(path)
  const rounds = quick ? 15 : 100
  const first = []
  const later = []
  const bare = []
  for (let round = 0; round < rounds; round += 1) {
    process.kill(compositor.pid, "SIGSTOP")
    first.push(await timed(daemon, '"status":"stale"'))
    bare.push(await timed(echo, QUESTION))
    later.push(await timed(daemon, '"status":"stale"'))
    bare.push(await timed(echo, QUESTION))
    process.kill(compositor.pid, "SIGCONT")
    await eventually("healthy", async () => (await daemon.ask(QUESTION)).includes('"status":"healthy"'))
  }
  daemon.close()
  echo.close()
  await Promise.all([kill(child), stop()])

  const row = (name, values) => ({
    what: `health with a stopped compositor, ${name} question, median of ${rounds} / echo server`,
    measured: `${show(median(values), "ms")} (max ${show(Math.max(...values), "ms")})`,
    baseline: show(median(bare), "ms"),
    ratio: median(values) / median(bare),
    aim: `max <= ${LIMIT} ms`,
    met: Math.max(...values) <= LIMIT,
  })
  return [row("first", first), row("second", later)]
}
