/** What starts a bar with the session, as `bar` and `session install` ask for it. */
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import { type BarStarts, WAYBAR_SERVICE } from "../../../layers/doctor/BarFacts.ts"
import { barSingle, wantedBar } from "../../../layers/doctor/checks/barSingle.ts"
import { type Looked, unseen } from "../../../layers/doctor/Facts.ts"
import { barFacts, barStarts } from "../../../layers/doctor/gather/bars.ts"
import type { UserDirs } from "../../../layers/system/UserDirs.ts"
import { UserManager } from "../../../layers/systemd/UserManager.ts"

/** How long systemd may take to say whether it starts a waybar. */
const DEADLINE = "2 seconds"

/** What starts a bar: `waybar.service`, and the lines of sway's configuration. `loaded` is the one that the running sway has loaded. */
export const startedBars = (
  loaded: string | undefined,
): Effect.Effect<Looked<BarStarts>, never, UserManager | UserDirs> =>
  Effect.gen(function* () {
    const manager = yield* UserManager
    const [service = {}] = yield* manager.show([WAYBAR_SERVICE], ["Id", "LoadState", "ActiveState", "UnitFileState"])
    return yield* barStarts(service, loaded)
  }).pipe(
    Effect.timeoutFail({ duration: DEADLINE, onTimeout: () => ({ message: "systemd did not answer in time" }) }),
    Effect.catchAll(({ message }) => Effect.succeed<Looked<BarStarts>>(unseen(message))),
  )

/**
 * A sentence if the session brings a second bar: distributions enable `waybar.service` for graphical-session.target, which nothing has started
 * before `session run`. Empty if there is one bar. `loaded`: see {@link startedBars}.
 */
export const secondBar = Effect.fnUntraced(function* (loaded: string | undefined) {
  const starts = yield* startedBars(loaded)
  if (Either.isLeft(starts)) return []
  const { lines, service } = starts.right
  if (lines.length === 0 || (service !== "enabled" && service !== "active")) return []
  const processes = unseen("it was not asked which bars run")
  const { fix, why } = barSingle({ barStarts: starts, processes }, wantedBar({ bars: yield* barFacts(loaded) }))
  return [`from the next login on two bars start: ${why}. To have one: ${fix}`]
})
