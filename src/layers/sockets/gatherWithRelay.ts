/**
 * The candidates of a search. The relay's path is one only while a compositor listens there: sway binds the path in `$SWAYSOCK` if
 * there is no such file. Who listens is read from the kernel, since the relay's replies are a compositor's.
 */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { identityAt } from "../system/FileStamp.ts"
import type { KernelSockets } from "../system/KernelSockets.ts"
import { isCompositor, type ProcessTable } from "../system/ProcessTable.ts"
import type { RuntimeDir } from "../system/RuntimeDir.ts"
import { relaySocketIn } from "../system/relayPaths.ts"
import type { Candidate } from "./Candidate.ts"
import { gather } from "./gather.ts"
import type { NamedSockets } from "./SocketSources.ts"

/** What tells who listens. */
interface RelayObserver {
  readonly ownerOf: KernelSockets["Type"]["ownerOf"]
  readonly findProcess: ProcessTable["Type"]["find"]
}

/** True if a compositor listens at the path. Without a file the kernel is not asked, since that reads all of procfs. */
const isHeldByCompositor = (path: string, { findProcess, ownerOf }: RelayObserver) =>
  Effect.gen(function* () {
    if (identityAt(path, "itself") === undefined) return false
    const pid = yield* ownerOf(path)
    if (Option.isNone(pid)) return false
    return Option.exists(yield* findProcess(pid.value), ({ name }) => isCompositor(name))
  })

/** All candidates. Sockets of the relay that only lead to a compositor are marked. */
export const gatherWithRelay = (
  runtimeDir: RuntimeDir["Type"],
  sources: NamedSockets,
  observer: RelayObserver,
): Effect.Effect<ReadonlyArray<Candidate>> =>
  Effect.gen(function* () {
    const { relays = [], usesRelay = false } = sources
    const path = relaySocketIn(runtimeDir.path)
    const isSearched = runtimeDir.refusal === undefined && !sources.exclusive
    const isHeld = isSearched && (yield* isHeldByCompositor(path, observer))
    const isMarked = (candidate: Candidate) =>
      relays.some(each => each.path === candidate.path) && !(isHeld && candidate.path === path)
    const named = [...sources.named, ...relays.filter(each => usesRelay || (isHeld && each.path === path))]
    const candidates = yield* gather(runtimeDir, { ...sources, named }, { also: isHeld ? [path] : [] })
    return candidates.map(candidate => (isMarked(candidate) ? { ...candidate, isRelay: true } : candidate))
  })
