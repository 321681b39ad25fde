/** Requests through the relay, to a sway that is killed or stopped. With `I3PM_RELAY_ROUNDS=200` sway is killed 200 times. */
import * as fs from "node:fs"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { waitingAt } from "../support/backlog.ts"
import { startSway } from "../support/Desktop.ts"
import { i3pm } from "../support/daemon.ts"
import { describeWith, swayTools } from "../support/needs.ts"
import { connect } from "../support/rawIpc.ts"
import { restartable, startRelay, swaymsg } from "../support/relay.ts"
import { makeRuntimeDir, makeScratchDir } from "../support/TestUser.ts"
import { eventually, nextTurn } from "../support/waiting.ts"

const { I3PM_RELAY_ROUNDS = "20" } = process.env
const ROUNDS = Number(I3PM_RELAY_ROUNDS)

const CLIENTS = 20

/** The relay and a sway, once a request has been answered through it. */
const start = Effect.gen(function* () {
  const runtimeDir = yield* makeRuntimeDir
  const sway = yield* restartable(startSway({ runtimeDir }))
  const { entry, path: through } = yield* startRelay(runtimeDir)
  assert.strictEqual((yield* swaymsg(runtimeDir, through, "-t", "get_version")).code, 0)
  return { entry, runtimeDir, sway, through }
})

const linesOf = (file: string) => (fs.existsSync(file) ? fs.readFileSync(file, "utf8").split("\n") : [])

describeWith([...swayTools, "node"], "requests through the relay", () => {
  it.scopedLive("a query in flight while sway is killed is answered by the next sway", () =>
    Effect.gen(function* () {
      const { entry, runtimeDir, sway, through } = yield* start
      const client = yield* connect(through)
      yield* client.request("subscribe", '["window"]')
      const before = yield* client.request("get_version")
      yield* sway.present().kill("SIGSTOP")
      const answer = yield* Effect.fork(client.request("get_version"))
      // Once the relay has all three requests of this client, it has sent the last one on: it is connected to sway.
      yield* eventually(i3pm(entry, ["diagnose", "relay", "--json"], { runtimeDir }), ({ stdout }) =>
        /"window"\s*\][^{}]*"frames_in": ?3\b/.test(stdout),
      )
      yield* sway.restart
      const after = yield* answer
      assert.notDeepEqual(after, before, "the configuration file has another name")
      assert.deepStrictEqual(after, yield* client.request("get_version"))
    }),
  )

  it.scopedLive(
    `an exec in flight while sway is killed is answered, and has run at most once (${ROUNDS} times)`,
    () =>
      Effect.gen(function* () {
        const { sway, through } = yield* start
        const witness = `${yield* makeScratchDir}/ran`
        const client = yield* connect(through)
        const told: Array<unknown> = []
        const count = (round: number) => linesOf(witness).filter(line => line === `${round}`).length
        const untilRun = (round: number) =>
          eventually(
            Effect.sync(() => count(round)),
            ran => ran === 1,
          )
        for (let round = 0; round < ROUNDS; round += 1) {
          const isStopped = round % 2 === 0
          if (isStopped) yield* sway.present().kill("SIGSTOP")
          const answer = yield* Effect.fork(client.request("command", `exec echo ${round} >> ${witness}`))
          // From nothing to some turns of the event loop: the request is in the relay, in sway's queue, or done.
          for (let turn = 0; turn < round % 7; turn += 1) yield* nextTurn
          if (round % 4 === 1) yield* untilRun(round)
          yield* sway.restart
          told.push(yield* answer)
          yield* client.request("get_version")
        }
        for (const [round, reply] of told.entries()) {
          const [{ success, error = "" }] = reply as unknown as [{ success: boolean; error?: string }]
          if (success) yield* untilRun(round)
          else assert.match(error, /^i3pm: (the compositor ended before it answered|there is no compositor)/)
          assert.isAtMost(count(round), 1, `round ${round}`)
          if (!success && round % 2 === 0) assert.strictEqual(count(round), 0, "sway was stopped before")
        }
      }),
    600_000,
  )

  it.scopedLive("a stopped sway has at most two connections waiting, and serves all clients when it goes on", () =>
    Effect.gen(function* () {
      const { runtimeDir, sway, through } = yield* start
      const { kill, socketPath } = sway.present()
      yield* kill("SIGSTOP")
      const clients = yield* Effect.all(Array.from({ length: CLIENTS }, () => connect(through)))
      const answers = yield* Effect.forEach(clients, client => Effect.fork(client.request("get_version")))
      yield* eventually(waitingAt(socketPath), waiting => waiting === 2)
      // swaymsg gives up after 3 s, the relay half a second before: meanwhile nobody else has come to wait.
      assert.strictEqual((yield* swaymsg(runtimeDir, through, "-t", "get_version")).code, 1)
      assert.strictEqual(yield* waitingAt(socketPath), 2)
      const more = yield* connect(through)
      yield* kill("SIGCONT")
      yield* more.request("get_version")
      for (const answer of answers) yield* Effect.exit(answer)
      yield* eventually(waitingAt(socketPath), waiting => waiting === 0)
    }),
  )
})
