/** Tells when a compositor's socket may have come or gone: inotify, with a slow look at the directories behind it. */

import { basename, dirname } from "node:path"
import * as FileSystem from "@effect/platform/FileSystem"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as PubSub from "effect/PubSub"
import * as Stream from "effect/Stream"
import { RuntimeDir } from "./RuntimeDir.ts"
import { type NamedSockets, SocketSources } from "./SocketSources.ts"
import { parseI3Name, parseSwayName } from "./sockets/SocketName.ts"
import { Workers } from "./Workers.ts"

export class SocketWatcher extends Context.Tag("i3pm/SocketWatcher")<
  SocketWatcher,
  {
    /** A value for each time something changed; bursts may be one value. It says that, not what: look again. */
    readonly changes: Stream.Stream<void>
  }
>() {}

/**
 * How long one inotify watch is trusted before the directory is listed and watched anew: a directory that was replaced
 * takes its watch with it without a word. Long, because it is only the net under inotify, and an idle desktop should idle.
 */
const trust = Duration.seconds(60)

export const make = Effect.gen(function* () {
  const fs = yield* FileSystem.FileSystem
  const runtimeDir = yield* RuntimeDir
  const sources = yield* SocketSources
  const workers = yield* Workers
  const changes = yield* Effect.acquireRelease(PubSub.sliding<void>(1), PubSub.shutdown)

  const i3Dir = `${runtimeDir.path}/i3`

  const nextChange = Stream.fromPubSub(changes).pipe(Stream.take(1), Stream.runDrain)

  const watchDirectory = (directory: string, namedBasenames: ReadonlySet<string>) => {
    const isOfInterest = (name: string) =>
      parseSwayName(name) !== undefined ||
      parseI3Name(name) !== undefined ||
      name === basename(i3Dir) ||
      namedBasenames.has(name)
    let known: string | undefined
    const missed = fs.readDirectory(directory).pipe(
      Effect.map(names => names.filter(isOfInterest).sort().join("\n")),
      Effect.map(listing => {
        const differs = known !== undefined && known !== listing
        known = listing
        return differs
      }),
    )
    const watch = Stream.merge(
      fs.watch(directory).pipe(Stream.filter(event => isOfInterest(basename(event.path)))),
      Stream.fromEffect(missed).pipe(Stream.filter(differs => differs)),
    ).pipe(
      Stream.interruptAfter(trust),
      Stream.runForEach(() => PubSub.publish(changes, undefined)),
    )
    // A directory that is not there yet is tried again when another one changes: its parent sees it come.
    const wait = Effect.suspend(() => {
      known = ""
      return Effect.raceFirst(Effect.sleep(trust), nextChange)
    })
    return Effect.forever(
      Effect.if(fs.exists(directory), { onTrue: () => watch, onFalse: () => wait }).pipe(Effect.catchAll(() => wait)),
    )
  }

  const watchAll = ({ named }: NamedSockets) => {
    const paths = named.map(({ path }) => path)
    const names = new Set(paths.map(path => basename(path)))
    // Not /tmp itself: everybody writes there, and the slow look finds what is named there.
    const directories = new Set([runtimeDir.path, i3Dir, ...paths.map(path => dirname(path))])
    directories.delete("/tmp")
    return Effect.forEach(directories, directory => watchDirectory(directory, names), {
      concurrency: "unbounded",
      discard: true,
    })
  }

  yield* workers.start(
    "socket watcher",
    sources.changes.pipe(
      Stream.flatMap(named => Stream.fromEffect(watchAll(named)), { switch: true }),
      Stream.runDrain,
    ),
  )
  return SocketWatcher.of({ changes: Stream.fromPubSub(changes) })
})

export const layer: Layer.Layer<SocketWatcher, never, FileSystem.FileSystem | RuntimeDir | SocketSources | Workers> =
  Layer.scoped(SocketWatcher, make)

/** Never tells anything: for a command that looks once. */
export const layerNone: Layer.Layer<SocketWatcher> = Layer.succeed(SocketWatcher, { changes: Stream.never })
