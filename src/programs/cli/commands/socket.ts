/** `i3pm socket`, if `fast/socket.ts` gave no answer: searches among all sockets. */
import * as Effect from "effect/Effect"

import * as UserSettings from "../../../layers/settings/userSettings.ts"
import { commandDeadline, SocketDiscovery } from "../../../layers/sockets/SocketDiscovery.ts"

import { oneShotDiscovery } from "../../layers/discoveryLayers.ts"
import { socket as definition } from "../catalogue/connection.ts"
import * as flags from "../flags.ts"
import { isTerminal, print } from "../output/output.ts"
import { shownPath } from "../output/shownPath.ts"
import { preferred } from "../preferred.ts"
import { on } from "../tree/handler.ts"

/** `i3pm socket`. */
export const socket = on(definition, options =>
  Effect.gen(function* () {
    const discovery = yield* SocketDiscovery
    const { path } = yield* discovery.find({ deadline: commandDeadline, inUse: yield* preferred })
    yield* print(shownPath(path, { json: options.json, isTerminal: isTerminal() }))
  }).pipe(Effect.provide(oneShotDiscovery(UserSettings.layer(flags.toSettings(options))))),
)
