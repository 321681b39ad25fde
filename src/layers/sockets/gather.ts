/** Lists the candidates: files that may be the socket of a compositor. It does not connect to them. */
import * as Effect from "effect/Effect"
import { chunkedWithYield } from "../system/eventLoop.ts"
import type { RuntimeDir } from "../system/RuntimeDir.ts"
import type { Candidate } from "./Candidate.ts"
import { filesAsideIn, filesIn, toCandidate } from "./candidateFiles.ts"
import type { NamedSockets } from "./SocketSources.ts"

/** The candidates that an interrupted sweep has moved, see `removeIfSame.ts`. */
export const gatherAside = (runtimeDir: RuntimeDir["Type"]): Effect.Effect<ReadonlyArray<Candidate>> =>
  Effect.sync(() => filesAsideIn(runtimeDir).map(toCandidate))

/** All candidates, each one once, with all its origins. `also`: further paths in the runtime directory. */
export const gather = (
  runtimeDir: RuntimeDir["Type"],
  sources: NamedSockets,
  also: ReadonlyArray<string> = [],
): Effect.Effect<ReadonlyArray<Candidate>> =>
  Effect.suspend(() =>
    chunkedWithYield(filesIn(runtimeDir, sources, also), piece => Effect.sync(() => piece.map(toCandidate))),
  )
