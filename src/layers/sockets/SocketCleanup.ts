/** Removes the socket files that compositors left behind: list them, judge each one, then remove the orphans. */
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { chunkedWithYield } from "../system/eventLoop.ts"
import { ProcessTable } from "../system/ProcessTable.ts"
import { RuntimeDir } from "../system/RuntimeDir.ts"
import { restore } from "../system/removeIfSame.ts"
import type { Candidate } from "./Candidate.ts"
import { listingOf } from "./candidateFiles.ts"
import { gather, gatherAside } from "./gather.ts"
import { makeOrphanJudge } from "./orphanJudge.ts"
import { makeOrphanRemoval } from "./orphanRemoval.ts"
import { makeQuietSweep } from "./quietSweep.ts"
import { SocketListeners } from "./SocketListeners.ts"
import { noneNamed } from "./SocketSources.ts"
import { type Judged, type Swept, toSwept } from "./Swept.ts"

/** How to sweep. */
export interface Sweep {
  readonly dryRun: boolean
  /** The socket of an open connection. It has a listener, so it is left out. */
  readonly connected?: Pick<Candidate, "path" | "identity"> | undefined
}

/** Removes orphaned socket files. */
export class SocketCleanup extends Context.Tag("i3pm/SocketCleanup")<
  SocketCleanup,
  {
    /**
     * Judges every file whose name matches a socket pattern exactly and removes the orphans, except in a dry run. Logs one
     * line for each removed file. It does not fail: the result says what could not be removed. Sweeps may run at the same
     * time, also in different processes.
     */
    readonly sweep: (options: Sweep) => Effect.Effect<ReadonlyArray<Swept>>
  }
>() {}

/** What to do with a file that is kept. The result has no entry if the file will be judged again under another name. */
type Keep = (judged: Judged) => Effect.Effect<ReadonlyArray<Swept>>

const leave: Keep = judged => Effect.succeed(toSwept(judged))

/**
 * Gives a kept file back the name that it had before an interrupted sweep moved it. It stays where it is if the name is taken,
 * or if it is foreign. A file of this user with content is not foreign here: it may have been written to after the move.
 */
const makePutBack =
  (uid: number): Keep =>
  judged =>
    Effect.gen(function* () {
      const { boundAt, file, owner, path } = judged.candidate
      const isOurs = judged.verdict.verdict !== "foreign" || (file === "content" && owner === uid)
      if (boundAt === undefined || !isOurs || !restore(path, boundAt)) return toSwept(judged)
      yield* Effect.logInfo("restored a file that an interrupted sweep had moved").pipe(
        Effect.annotateLogs({ path: boundAt, reason: judged.verdict.reason }),
      )
      return []
    })

/** A cleanup of the directories of `RuntimeDir`. */
export const make = Effect.gen(function* () {
  const runtimeDir = yield* RuntimeDir
  const processes = yield* ProcessTable
  const listeners = yield* SocketListeners
  const orphanJudge = makeOrphanJudge({
    uid: runtimeDir.uid,
    look: listeners.look,
    findProcesses: processes.findAll,
  })
  const removal = makeOrphanRemoval()
  const putBack = makePutBack(runtimeDir.uid)
  const quiet = makeQuietSweep()

  /**
   * Judges the candidates and removes the orphans. `keep` runs before the wait for young orphans, so that a live socket gets its name
   * back at once.
   */
  const sweepFiles = (candidates: ReadonlyArray<Candidate>, dryRun: boolean, keep: Keep) =>
    Effect.gen(function* () {
      // Most often so in the daemon, whose connection has the only socket.
      if (candidates.length === 0) return []
      const since = yield* Clock.currentTimeMillis
      const first = yield* orphanJudge.judge(candidates)
      const kept = yield* Effect.forEach(first.kept, keep)
      const second = yield* orphanJudge.confirm(first.orphans, since)
      const swept = yield* chunkedWithYield(second.orphans, piece => removal.remove(piece, dryRun))
      return [...swept, ...kept.flat(), ...(yield* Effect.forEach(second.kept, keep)).flat()]
    })

  const sweepAll: SocketCleanup["Type"]["sweep"] = ({ connected, dryRun }) =>
    Effect.gen(function* () {
      quiet.forget()
      const began = Date.now()
      const isConnected = ({ identity, path }: Candidate) =>
        identity === connected?.identity && path === connected?.path
      const listing = listingOf(runtimeDir)
      const moved = gatherAside(listing)
      const aside = yield* sweepFiles(moved, dryRun, dryRun ? leave : putBack)
      // Files that have got their names back are listed again.
      const unchanged = moved.length === 0 ? listing : undefined
      // Sockets that the environment names may lie anywhere, and are never removed.
      const found = (yield* gather(runtimeDir, noneNamed, { listing: unchanged })).filter(
        candidate => !isConnected(candidate),
      )
      const swept = [...aside, ...(yield* sweepFiles(found, dryRun, leave))]
      removal.forgetOthers(swept)
      if (moved.length === 0 && found.length === 0) quiet.remember(listing, began, connected)
      return swept
    })

  const sweep: SocketCleanup["Type"]["sweep"] = options =>
    Effect.suspend(() => (quiet.isQuiet(options.connected) ? Effect.succeed([]) : sweepAll(options)))

  return SocketCleanup.of({ sweep })
})

/** The cleanup of this user's socket directories. */
export const layer: Layer.Layer<SocketCleanup, never, RuntimeDir | ProcessTable | SocketListeners> = Layer.effect(
  SocketCleanup,
  make,
)
