import * as Command from "@effect/cli/Command"
import * as Effect from "effect/Effect"
import * as Settings from "../../../layers/settings/Settings.ts"
import { patientDeadline, SocketDiscovery } from "../../../layers/sockets/SocketDiscovery.ts"
import { escapeControl } from "../../../layers/system/escapeControl.ts"
import { jsonOf } from "../../../layers/system/rawText.ts"
import { oneShotDiscovery } from "../../swayLayers.ts"
import * as flags from "../flags.ts"
import { isTerminal, print } from "../output/output.ts"

const json = flags.jsonThat("Print the path as JSON, instead of by itself.")

/** `i3pm socket`. */
export const socket = Command.make("socket", { json, socket: flags.socket }, options =>
  Effect.gen(function* () {
    const discovery = yield* SocketDiscovery
    const { path } = yield* discovery.find({ deadline: patientDeadline })
    yield* print(options.json ? jsonOf({ path }) : isTerminal() ? escapeControl(path) : path)
  }).pipe(Effect.provide(oneShotDiscovery(Settings.layer(flags.toSettings(options))))),
).pipe(
  Command.withDescription(
    "Print the path of the live socket, proven by a reply. Exit status 1 when there is none. " +
      "Example, for tmux and ssh: SWAYSOCK=$(i3pm socket) swaymsg reload",
  ),
)
