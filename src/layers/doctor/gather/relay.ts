/** Looks at the relay: whether services are to use it, who answers there, and which lines of sway's configuration set its variables. */
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import type { ConfigFile } from "../../session/config/includes.ts"
import { Settings } from "../../settings/Settings.ts"
import * as UserSettings from "../../settings/userSettings.ts"
import { SocketListeners } from "../../sockets/SocketListeners.ts"
import { variables } from "../../system/environment.ts"
import { KernelSockets } from "../../system/KernelSockets.ts"
import { lstatAt } from "../../system/lookAt.ts"
import { mayHang } from "../../system/mounts.ts"
import { isCompositor, ProcessTable } from "../../system/ProcessTable.ts"
import { RuntimeDir } from "../../system/RuntimeDir.ts"
import { relaySocketIn } from "../../system/relayPaths.ts"
import { UserDirs } from "../../system/UserDirs.ts"
import type { ConfigLine } from "../BarFacts.ts"
import type { DaemonAnswer, RelayFacts, RelayListener } from "../Facts.ts"
import { linesIn, placeVariables, swayFiles } from "./swayConfig.ts"

/** `exec` of a program that copies its own `SWAYSOCK` to services: all variables, or this one by name. */
const importsSocket =
  /^\s*exec(?:_always)?\s.*(?:import-environment(?:\s*$|.*\bSWAYSOCK\b)|dbus-update-activation-environment\b.*(?:--all\b|\bSWAYSOCK\b))/

/** The lines of a configuration that import `SWAYSOCK`. */
export const importLinesIn = (file: ConfigFile): ReadonlyArray<ConfigLine> => linesIn(file, importsSocket)

/** Wrong settings are a check of their own; then the relay is not in use. */
const isForServices = Effect.flatMap(Settings, ({ current }) => current).pipe(
  Effect.map(({ sessionRelay }) => sessionRelay),
  Effect.provide(UserSettings.layer()),
  Effect.orElseSucceed(() => false),
)

/** Looks for the listener without connecting. */
const listenerAt = (path: string) =>
  Effect.gen(function* () {
    const isSocket = lstatAt(path)?.isSocket() === true
    const [seen] = isSocket ? yield* (yield* SocketListeners).look([{ path, file: "socket" }]) : []
    if (seen === undefined || seen._tag === "gone") return { _tag: "Absent" } satisfies RelayListener
    if (seen._tag === "refused") return { _tag: "Dead" } satisfies RelayListener
    const pid = yield* (yield* KernelSockets).ownerOf(path)
    const owner = Option.isNone(pid) ? Option.none() : yield* (yield* ProcessTable).find(pid.value)
    const listener: RelayListener =
      Option.isSome(owner) && isCompositor(owner.value.name)
        ? { _tag: "Compositor", name: owner.value.name, pid: owner.value.pid }
        : { _tag: "Relay" }
    return listener
  })

/** See {@link RelayFacts}. `answer` asks the relay. `loaded` is the configuration that the running compositor has loaded. */
export const relayFacts = <R>(answer: Effect.Effect<DaemonAnswer, never, R>, loaded: string | undefined) =>
  Effect.gen(function* () {
    const path = relaySocketIn((yield* RuntimeDir).path)
    const { config } = yield* UserDirs
    const files = mayHang(config) ? [] : yield* swayFiles(config, yield* variables(placeVariables), loaded)
    const facts: RelayFacts = {
      path,
      listener: yield* listenerAt(path),
      isForServices: yield* isForServices,
      answer: yield* answer,
      imports: files.flatMap(importLinesIn),
    }
    return Either.right(facts)
  })
