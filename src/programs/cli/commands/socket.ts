import * as Effect from "effect/Effect"
import * as Settings from "../../../layers/settings/Settings.ts"
import { patientDeadline, SocketDiscovery } from "../../../layers/sockets/SocketDiscovery.ts"
import { oneShotDiscovery } from "../../swayLayers.ts"
import { socket as definition } from "../catalogue/connection.ts"
import { shownPath } from "../fast/socket.ts"
import * as flags from "../flags.ts"
import { isTerminal, print } from "../output/output.ts"
import { on } from "../tree/handler.ts"

/** `i3pm socket`. */
export const socket = on(definition, options =>
  Effect.gen(function* () {
    const discovery = yield* SocketDiscovery
    const { path } = yield* discovery.find({ deadline: patientDeadline })
    yield* print(shownPath(path, { json: options.json, isTerminal: isTerminal() }))
  }).pipe(Effect.provide(oneShotDiscovery(Settings.layer(flags.toSettings(options))))),
)
