/** What `session install` and `session uninstall` need to know about the running sway and this program. */
import { readFileSync } from "node:fs"
import { createTwoFilesPatch } from "diff"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { compositorName } from "../../layers/ipc/Version.ts"
import { execLine } from "../../layers/session/config/block.ts"
import type { ConfigChange } from "../../layers/session/config/ConfigChange.ts"
import { decoded } from "../../layers/session/config/includes.ts"
import { loadedConfig } from "../../layers/session/config/loadedConfig.ts"
import { patientDeadline, SocketDiscovery } from "../../layers/sockets/SocketDiscovery.ts"
import { findProgram, searchPath, variables } from "../../layers/system/environment.ts"
import { command } from "./ownCommand.ts"

/** The variables of this process with which sway's configuration is read. */
export const environment = variables(["HOME", "PATH", "USER", "XDG_CONFIG_HOME", "XDG_DATA_HOME"])

/** The PATH that sway was started with; `undefined` if it cannot be read. */
const pathOf = (pid: number | null): string | undefined => {
  try {
    const entries = readFileSync(`/proc/${pid}/environ`, "utf8").split("\0")
    return entries.find(entry => entry.startsWith("PATH="))?.slice("PATH=".length)
  } catch {
    return undefined
  }
}

const findLive = Effect.flatMap(SocketDiscovery, ({ find }) => Effect.option(find({ deadline: patientDeadline })))

/** The path of the configuration that the running sway or i3 has loaded; `undefined` without one. */
export const loadedNow = Effect.map(
  findLive,
  Option.match({
    onNone: () => undefined,
    onSome: ({ pid, proof }) => loadedConfig(pid, proof.version),
  }),
)

/** The running sway: the path of the configuration that it has loaded, its PATH, and its socket; all `undefined` without one. */
export const running = Effect.map(
  findLive,
  Option.match({
    onNone: () => ({ loaded: undefined, path: undefined, socket: undefined }),
    onSome: ({ path, pid, proof }) =>
      // i3 has its own configuration, which is not changed.
      compositorName(proof.version) === "i3"
        ? { loaded: undefined, path: undefined, socket: undefined }
        : { loaded: loadedConfig(pid, proof.version), path: pathOf(pid), socket: path },
  }),
)

/** The line for `session run`: `i3pm` by name if it is in sway's PATH, else by its own path, with a warning. */
export const sessionLine = (swayPath: string | undefined) =>
  Effect.gen(function* () {
    const directories = swayPath?.split(":") ?? (yield* searchPath)
    if (Option.isSome(findProgram("i3pm", directories))) return { line: "exec i3pm session run", warnings: [] }
    const words = yield* command
    return {
      line: execLine(words),
      warnings: [
        "i3pm is not in sway's PATH: the line names this program by its path, and has to be put there again when it moves",
      ],
    }
  })

/** The change as a unified diff; empty if nothing changes. */
export const diffOf = ({ after, before, copiedFrom, path }: ConfigChange): string =>
  before === after
    ? ""
    : createTwoFilesPatch(copiedFrom ?? path, path, decoded(before), decoded(after), undefined, undefined, {
        context: 3,
        headerOptions: { includeIndex: false, includeUnderline: false, includeFileHeaders: true },
      })
