/**
 * Watches a campaign: the file of everybody alive stays and leads to it, the file of everybody dead goes.
 *
 * A sweep that has moved the wrong file aside puts it back microseconds later, or the next one does when it was killed
 * there; so a file that is missing is looked for again, and only one that stays away is a violation. Each such moment counts.
 */
import { lstatSync, readdirSync, readFileSync } from "node:fs"
import { connect } from "node:net"
import { basename, dirname } from "node:path"
import * as timers from "node:timers/promises"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import type { HarnessError } from "../TestUser.ts"
import { HarnessError as Violation } from "../TestUser.ts"
import { clock, type Sweepers } from "./Sweepers.ts"

/** A file and whose it is. */
export interface Held {
  readonly path: string
  /** Device and inode of the file. */
  readonly identity: string
  readonly token: string
  /** What has happened to it, for the message of a violation. */
  readonly story: ReadonlyArray<string>
}

export interface Referee {
  /** From now on the file has to stay, until it is let go. */
  readonly hold: (held: Held) => void
  /** Once more checks that it is there. */
  readonly letGo: (held: Held) => Effect.Effect<void>
  /** Connects: the token of the actor has to come back. */
  readonly greet: (held: Held) => Effect.Effect<void>
  /** Waits until the file is gone: within a few sweeps. */
  readonly untilGone: (held: Held) => Effect.Effect<void>
  /** Checks that no more than this number of connections wait to be accepted; gives the number. */
  readonly waiting: (held: Held, limit: number) => Effect.Effect<number>
  /** Waits until everybody who sweeps has swept once more, from beginning to end. */
  readonly sweep: Effect.Effect<void>
  /** Ends the campaign. */
  readonly violation: (held: Held, what: string) => Effect.Effect<never>
  readonly violated: Effect.Effect<never, HarnessError>
  readonly counts: { looks: number; greetings: number; blinks: number; gone: number }
}

/** How often everybody's file is looked at, in milliseconds. */
const LOOK_EVERY = 10
/** How long a file may be away, in milliseconds: until a sweep puts back what one that was killed had moved. */
const AWAY = 3_000
/** Sweeps of each sweeper until a dead one's file has to be gone. A sweep leaves what another has just touched to the next. */
const SWEEPS = 6

const pause = (milliseconds: number) => Effect.promise(signal => timers.setTimeout(milliseconds, undefined, { signal }))

/** Device and inode of what lies there. */
export const identityAt = (path: string): string | undefined => {
  const stat = lstatSync(path, { bigint: true, throwIfNoEntry: false })
  return stat === undefined ? undefined : `${stat.dev}:${stat.ino}`
}

/** Connections to this path that nobody has accepted yet: they have no inode (af_unix.c). */
export const waitingAt = (path: string): number =>
  readFileSync("/proc/net/unix", "utf8")
    .split("\n")
    .filter(line => line.endsWith(` 0 ${path}`)).length

const readAll = (path: string) =>
  Effect.async<string>(resume => {
    let text = ""
    const socket = connect(path)
    socket.setEncoding("utf8").on("data", chunk => {
      text += chunk
    })
    socket.once("error", cause => resume(Effect.succeed(`${"code" in cause ? cause.code : cause}`)))
    socket.once("end", () => resume(Effect.succeed(text.trim())))
    return Effect.sync(() => socket.destroy())
  })

/** Story times are seconds since here. */
export const began = performance.now()

export const makeReferee = (sweepers: Sweepers, seed: number) =>
  Effect.gen(function* () {
    const held = new Map<string, Held>()
    const missed = new Map<string, number>()
    const counts = { looks: 0, greetings: 0, blinks: 0, gone: 0 }
    const violated = yield* Deferred.make<never, HarnessError>()

    const accuse = ({ identity, path, story, token }: Held, what: string) => {
      const removals = sweepers.removals.filter(each => each.path === path).map(({ by, reason }) => `${by}: ${reason}`)
      const facts = [
        `VIOLATION: ${what} (${((performance.now() - began) / 1000).toFixed(3)})`,
        `seed ${seed}, actor ${token}, ${path}, bound as ${identity}, now ${identityAt(path)}`,
        ...story.map(line => `  ${line}`),
        ...removals.map(line => `  removed by ${line}`),
        ...readdirSync(dirname(path)).flatMap(name => (name.endsWith(basename(path)) ? [`  there is ${name}`] : [])),
        ...sweepers.errors.slice(-5).map(line => `  error of ${line}`),
      ]
      Deferred.unsafeDone(violated, Effect.fail(new Violation({ message: facts.join("\n") })))
    }
    const violation: Referee["violation"] = (held, what) =>
      Effect.zipRight(
        Effect.sync(() => accuse(held, what)),
        Effect.never,
      )

    const look = () => {
      const now = performance.now()
      for (const each of held.values()) {
        counts.looks += 1
        if (identityAt(each.path) === each.identity) {
          missed.delete(each.token)
          continue
        }
        const since = missed.get(each.token)
        if (since === undefined) {
          counts.blinks += 1
          missed.set(each.token, now)
        } else if (now - since > AWAY) return accuse(each, "a live socket's file is gone")
      }
    }
    yield* Effect.forkScoped(Effect.forever(Effect.zipRight(Effect.sync(look), pause(LOOK_EVERY))))

    const greet: Referee["greet"] = each =>
      Effect.gen(function* () {
        const started = performance.now()
        for (;;) {
          const answer = yield* readAll(each.path)
          if (answer === each.token) break
          if (performance.now() - started > AWAY) return yield* violation(each, `it was greeted with ${answer}`)
          if (answer === "ENOENT") counts.blinks += 1
          yield* pause(LOOK_EVERY)
        }
        counts.greetings += 1
      })

    const untilGone: Referee["untilGone"] = each =>
      Effect.gen(function* () {
        const since = clock()
        while (identityAt(each.path) === each.identity) {
          if (sweepers.haveSwept(since, SWEEPS)) {
            if (identityAt(each.path) !== each.identity) break
            return yield* violation(each, `an orphan is still there after ${SWEEPS} sweeps of each sweeper`)
          }
          yield* pause(LOOK_EVERY)
        }
        counts.gone += 1
      })

    const sweep = Effect.suspend(() => {
      const since = clock()
      return Effect.repeat(pause(LOOK_EVERY), { until: () => sweepers.haveSwept(since, 1) })
    })

    const waiting: Referee["waiting"] = (each, limit) =>
      Effect.suspend(() => {
        const count = waitingAt(each.path)
        return count <= limit
          ? Effect.succeed(count)
          : violation(each, `${count} connections wait at a listener that accepts none, not ${limit} at most`)
      })

    const letGo: Referee["letGo"] = each =>
      Effect.gen(function* () {
        // One that is away is waited for: it comes back, or the look at everybody ends the campaign.
        while (held.has(each.token) && identityAt(each.path) !== each.identity) yield* pause(LOOK_EVERY)
        held.delete(each.token)
        missed.delete(each.token)
      })

    const referee: Referee = {
      hold: each => void held.set(each.token, each),
      letGo,
      greet,
      untilGone,
      waiting,
      sweep,
      violation,
      violated: Deferred.await(violated),
      counts,
    }
    return referee
  })
