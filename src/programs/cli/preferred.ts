/** The daemon's socket for discovery, which then prefers it as the one in use. */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { Settings } from "../../layers/settings/Settings.ts"
import { currentUid } from "../../layers/system/currentUid.ts"
import { rawVariables } from "../process/rawProcess.ts"
import { pathToPrefer } from "./fast/daemonsPath.ts"
import { isTerminal } from "./output/output.ts"

/** The path of the daemon's socket; `undefined` if a one-shot command must not prefer it (see `whoseSocket.ts`). */
export const preferred: Effect.Effect<string | undefined, never, Settings> = Effect.gen(function* () {
  const { socket } = yield* Effect.flatMap(Settings, ({ current }) => current)
  const place = { variable: rawVariables(process.env), uid: currentUid(), isTerminal: isTerminal() }
  return yield* Effect.promise(() => pathToPrefer(Option.isSome(socket), place))
})
