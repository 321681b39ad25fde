import * as Effect from "effect/Effect"
import * as Settings from "../../../layers/settings/Settings.ts"
import { patientDeadline, SocketDiscovery } from "../../../layers/sockets/SocketDiscovery.ts"
import { escapeControl } from "../../../layers/system/escapeControl.ts"
import { jsonOf } from "../../../layers/system/rawText.ts"
import { oneShotDiscovery } from "../../swayLayers.ts"
import { socket as definition } from "../catalogue/connection.ts"
import * as flags from "../flags.ts"
import { isTerminal, print } from "../output/output.ts"
import { on } from "../tree/toDescriptor.ts"

/** `i3pm socket`. */
export const socket = on(definition, options =>
  Effect.gen(function* () {
    const discovery = yield* SocketDiscovery
    const { path } = yield* discovery.find({ deadline: patientDeadline })
    yield* print(options.json ? jsonOf({ path }) : isTerminal() ? escapeControl(path) : path)
  }).pipe(Effect.provide(oneShotDiscovery(Settings.layer(flags.toSettings(options))))),
)
