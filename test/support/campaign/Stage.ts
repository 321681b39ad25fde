/** The stage that actors are forked on, each of them a cheap compositor: `stage.pl` in namespaces of its own, or in the caller's. */
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { HarnessError, runsAsRoot, TEST_GID, TEST_UID } from "../TestUser.ts"

/** Where a stage stands. */
export interface Theatre {
  readonly name: string
  readonly pidNamespace: boolean
  readonly netNamespace: boolean
  /** False: the test uid can not look into its namespaces. */
  readonly seen: boolean
}

export interface Stage extends Theatre {
  /** Actors can be given a pid here. */
  readonly choosesPids: boolean
  /** One order to one actor; the words of its answer, see `stage.pl`. One at a time for each token. */
  readonly order: (token: string, ...words: ReadonlyArray<string | number>) => Effect.Effect<ReadonlyArray<string>>
}

const script = fileURLToPath(new URL("stage.pl", import.meta.url))

const { PATH } = process.env

const unshare = ({ pidNamespace, netNamespace }: Theatre): ReadonlyArray<string> => {
  if (!pidNamespace && !netNamespace) return []
  const pid = pidNamespace ? ["--pid", "--fork", "--kill-child", "--mount-proc"] : []
  const net = netNamespace ? ["--net"] : []
  return ["unshare", ...(runsAsRoot ? [] : ["-Ur"]), ...pid, ...net, "--"]
}

/** Within a user namespace of an ordinary user, root is that user. */
const actorIds = (theatre: Theatre) => (runsAsRoot || unshare(theatre).length === 0 ? [TEST_UID, TEST_GID] : [0, 0])

/** SIGKILL to the whole group: the init of a PID namespace is in it, and takes all others there with it. */
const end = (child: ChildProcessWithoutNullStreams) =>
  Effect.async<void>(resume => {
    if (child.exitCode !== null || child.signalCode !== null) return resume(Effect.void)
    child.once("exit", () => resume(Effect.void))
    if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL")
  })

/** Ready for orders. At the end of the scope nobody is left of it; the same when the test run dies, by end-of-file. */
export const startStage = (theatre: Theatre): Effect.Effect<Stage, HarnessError, Scope.Scope> =>
  Effect.gen(function* () {
    const answers = new Map<string, Deferred.Deferred<ReadonlyArray<string>>>()
    const failure = yield* Deferred.make<never, HarnessError>()
    const ready = yield* Deferred.make<ReadonlyArray<string>>()
    answers.set("stage", ready)
    const child = yield* Effect.acquireRelease(
      Effect.sync(() => {
        const [uid, gid] = actorIds(theatre)
        const [file = "", ...args] = [...unshare(theatre), "perl", script, `${uid}`, `${gid}`, theatre.seen ? "1" : "0"]
        return spawn(file, args, { detached: true, cwd: "/", env: { PATH } })
      }),
      end,
    )
    let complaints = ""
    const fail = (what: string) =>
      Deferred.unsafeDone(
        failure,
        Effect.fail(new HarnessError({ message: `the stage "${theatre.name}" ${what}: ${complaints}` })),
      )
    child.stderr.setEncoding("utf8").on("data", chunk => {
      complaints += chunk
    })
    child.on("error", cause => fail(`can not be started (${cause})`))
    child.on("exit", code => fail(`ended with ${code}`))
    child.stdin.on("error", () => {})
    createInterface({ input: child.stdout }).on("line", line => {
      const [token = "", ...words] = line.split(" ")
      const answer = answers.get(token)
      answers.delete(token)
      if (answer !== undefined) return Deferred.unsafeDone(answer, Effect.succeed(words))
      fail(`said ${JSON.stringify(line)} unasked`)
    })
    yield* Effect.raceFirst(Deferred.await(ready), Deferred.await(failure))
    const order: Stage["order"] = (token, ...words) =>
      Effect.gen(function* () {
        const answer = yield* Deferred.make<ReadonlyArray<string>>()
        answers.set(token, answer)
        child.stdin.write(`${[token, ...words].join(" ")}\n`)
        return yield* Effect.raceFirst(Deferred.await(answer), Effect.orDie(Deferred.await(failure)))
      })
    return { ...theatre, choosesPids: runsAsRoot || theatre.pidNamespace, order }
  })
