/** `i3pm relay env` and `i3pm relay check`. */

import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { pathUse, RelayPathError, type Taken } from "../../../layers/relay/pathUse.ts"
import * as RuntimeDir from "../../../layers/system/RuntimeDir.ts"
import { relaySocketIn, restrictedSocketIn } from "../../../layers/system/relayPaths.ts"
import { shellWord } from "../../../layers/system/shellWords.ts"
import * as UnixSocket from "../../../layers/system/UnixSocket.ts"
import { unitNames } from "../../../layers/systemd/units/unitNames.ts"
import { system } from "../../layers/systemLayers.ts"
import { relayCheck as checkDefinition, type EnvironmentReader, relayEnv as envDefinition } from "../catalogue/relay.ts"
import { isTerminal, note, print, write } from "../output/output.ts"
import { on } from "../tree/handler.ts"

/** Quotes a word for fish, if it needs quotes: within single quotes a backslash escapes itself and the quote. */
const fishWord = (word: string) => (shellWord(word) === word ? word : `'${word.replace(/[\\']/g, "\\$&")}'`)

/** tmux reads quotes as a POSIX shell does, and expands formats such as `#{host}` in the command of `if-shell`. */
const tmuxTest = (path: string) => shellWord(`test -S ${shellWord(path)}`.replaceAll("#", "##"))

/**
 * The lines that set both variables: Python, Rust and glib clients read I3SOCK first. They look for the socket whenever they are read, since
 * they stay in a profile: without the relay, a sway that is started with its path would take that path for itself.
 */
const linesFor = (reader: EnvironmentReader, path: string): string => {
  const word = reader === "fish" ? fishWord(path) : shellWord(path)
  switch (reader) {
    case "fish":
      return `if test -S ${word}\n    set -gx SWAYSOCK ${word}\n    set -gx I3SOCK ${word}\nend\n`
    case "tmux":
      return `if-shell ${tmuxTest(path)} {\n    set-environment -g SWAYSOCK ${word}\n    set-environment -g I3SOCK ${word}\n}\n`
    default:
      return `if [ -S ${word} ]; then export SWAYSOCK=${word} I3SOCK=${word}; fi\n`
  }
}

/** `i3pm relay env`. */
export const relayEnv = on(envDefinition, ({ shell = "sh" }) =>
  Effect.gen(function* () {
    const path = relaySocketIn((yield* RuntimeDir.RuntimeDir).path)
    yield* write(linesFor(shell, path))
    const [errno] = yield* (yield* UnixSocket.UnixSocket).dryConnect([path])
    if (errno === "ENOENT" || errno === "ECONNREFUSED")
      yield* note(
        `no relay listens on ${path}, and without its socket the lines set nothing: ` +
          `run systemctl --user start ${unitNames.relaySocket} (without that unit first i3pm units install)`,
      )
  }).pipe(Effect.provide(Layer.merge(RuntimeDir.layer, UnixSocket.layer))),
)

const inTheWay = (path: string, use: Taken) => {
  const why = use.willEnd
    ? "most likely it was started with SWAYSOCK set to this path. Exit it, and start it without that variable"
    : `to stop it: ${use.stop}`
  return new RelayPathError({ path, message: `${use.who} listens on ${path}: ${why}`, cause: undefined })
}

/** `i3pm relay check`. */
export const relayCheck = on(checkDefinition, ({ names }) =>
  Effect.gen(function* () {
    const runtimeDir = (yield* RuntimeDir.RuntimeDir).path
    const paths =
      names.length === 0 ? [relaySocketIn(runtimeDir)] : names.map(name => restrictedSocketIn(runtimeDir, name))
    for (const path of paths) {
      const use = yield* pathUse(path)
      if (use._tag === "Taken") return yield* inTheWay(path, use)
      if (isTerminal()) yield* print(`nobody listens on ${path}`)
    }
  }).pipe(Effect.provide(system)),
)
