/** Looks at the relay: whether services are to use it, who answers there, and which lines of sway's configuration set its variables. */
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import type { ConfigFile } from "../../session/config/includes.ts"
import { Settings } from "../../settings/Settings.ts"
import * as UserSettings from "../../settings/userSettings.ts"
import { variables } from "../../system/environment.ts"
import { mayHang } from "../../system/mounts.ts"
import { RuntimeDir } from "../../system/RuntimeDir.ts"
import { relaySocketIn } from "../../system/relayPaths.ts"
import { UserDirs } from "../../system/UserDirs.ts"
import type { ConfigLine, DaemonAnswer, RelayFacts } from "../Facts.ts"
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

/** See {@link RelayFacts}. `answer` asks the relay. */
export const relayFacts = <R>(answer: Effect.Effect<DaemonAnswer, never, R>) =>
  Effect.gen(function* () {
    const { path } = yield* RuntimeDir
    const { config } = yield* UserDirs
    const files = mayHang(config) ? [] : yield* swayFiles(config, yield* variables(placeVariables))
    const facts: RelayFacts = {
      path: relaySocketIn(path),
      isForServices: yield* isForServices,
      answer: yield* answer,
      imports: files.flatMap(importLinesIn),
    }
    return Either.right(facts)
  })
