/** Lists the candidates: files that may be the socket of a compositor. It does not connect to them. */
import * as Effect from "effect/Effect"
import { chunkedWithYield } from "../system/eventLoop.ts"
import type { RuntimeDir } from "../system/RuntimeDir.ts"
import type { Candidate } from "./Candidate.ts"
import { filesAsideIn, filesIn, type Listing, listingOf, toCandidate } from "./candidateFiles.ts"
import type { NamedSockets } from "./SocketSources.ts"

/** The candidates that an interrupted sweep has moved, see `removeIfSame.ts`. */
export const gatherAside = (listing: Listing): ReadonlyArray<Candidate> => filesAsideIn(listing).map(toCandidate)

/**
 * All candidates, each one once, with all its origins. `listing` saves listing the directories again; `also`: further paths in the
 * runtime directory.
 */
export const gather = (
  runtimeDir: RuntimeDir["Type"],
  sources: NamedSockets,
  { also, listing }: { readonly also?: ReadonlyArray<string>; readonly listing?: Listing | undefined } = {},
): Effect.Effect<ReadonlyArray<Candidate>> =>
  Effect.suspend(() =>
    chunkedWithYield(
      filesIn(() => listing ?? listingOf(runtimeDir), sources, also),
      piece => Effect.sync(() => piece.map(toCandidate)),
    ),
  )
