/** The relay as a process, and compositors behind it that end and come again. */
import { mkdirSync, readdirSync, rmSync } from "node:fs"
import { dirname, join } from "node:path"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Scope from "effect/Scope"
import { relaySocketIn } from "../../src/layers/system/relayPaths.ts"
import type { Compositor } from "./Desktop.ts"
import { type Running, runAs, spawnAs } from "./Spawn.ts"
import { HarnessError, makeScratchDir, publish, stageBundle } from "./TestUser.ts"
import { eventually } from "./waiting.ts"

/** A relay that listens. */
export interface RunningRelay extends Running {
  /** Its socket. */
  readonly path: string
  /** The program that it runs. */
  readonly entry: string
}

/** How a relay is started. */
export interface RelayProcessOptions {
  readonly env?: Readonly<Record<string, string>>
  /** The settings file. */
  readonly config?: string
  /** The files of `dist/` that are there; all if absent. */
  readonly parts?: ReadonlyArray<string>
}

/** Starts `i3pm relay`, and waits until it listens on each of its sockets. */
export const startRelay = (runtimeDir: string, { config = "", env = {}, parts }: RelayProcessOptions = {}) =>
  Effect.gen(function* () {
    const XDG_CONFIG_HOME = yield* makeScratchDir
    mkdirSync(`${XDG_CONFIG_HOME}/i3pm`)
    publish(`${XDG_CONFIG_HOME}/i3pm`, "config.toml", config)
    const entry = yield* stageBundle
    for (const file of parts === undefined ? [] : readdirSync(dirname(entry))) {
      if (!parts?.includes(file)) rmSync(join(dirname(entry), file), { recursive: true })
    }
    const path = relaySocketIn(runtimeDir)
    const relay = yield* spawnAs(process.execPath, [entry, "relay"], {
      runtimeDir,
      env: { XDG_CONFIG_HOME, ...env },
      farewell: "SIGTERM",
    })
    const sockets = config.split("[relay.sockets.").length
    yield* eventually(
      Effect.sync(() => relay.isGone() || relay.stderr.text().split("listens on").length > sockets),
      is => is,
    )
    if (relay.isGone()) return yield* new HarnessError({ message: `the relay ended:\n${relay.stderr.text()}` })
    const running: RunningRelay = { ...relay, path, entry }
    return running
  })

/** Runs swaymsg on this socket to its end. The time since its start, which it prints before each error, is taken out. */
export const swaymsg = (runtimeDir: string, socketPath: string, ...args: ReadonlyArray<string>) =>
  Effect.map(runAs("swaymsg", ["-s", socketPath, ...args], { runtimeDir }), result => ({
    ...result,
    stderr: result.stderr.replaceAll(/^\d\d:\d\d:\d\d\.\d{3} /gm, ""),
  }))

/** A compositor that can be killed and started again within one test. */
export const restartable = <C extends Compositor, E>(start: Effect.Effect<C, E, Scope.Scope>) =>
  Effect.gen(function* () {
    const scope = yield* Scope.make()
    yield* Effect.addFinalizer(() => Scope.close(scope, Exit.void))
    let present = yield* Scope.extend(start, scope)
    const kill = Effect.suspend(() => Effect.zipRight(present.kill("SIGKILL"), present.exited))
    const restart = Effect.zipRight(
      kill,
      Effect.map(Scope.extend(start, scope), next => {
        present = next
      }),
    )
    return {
      /** The one that runs now. */
      present: () => present,
      /** Ends it by SIGKILL. */
      kill,
      /** Kills it and starts the next. */
      restart,
    }
  })
