/** Tells when a compositor's socket may have come or gone: inotify, with a slow look at the directories behind it. */

import * as fs from "node:fs"
import { basename, dirname } from "node:path"
import * as Cause from "effect/Cause"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as PubSub from "effect/PubSub"
import * as Queue from "effect/Queue"
import * as Stream from "effect/Stream"
import { RuntimeDir } from "../system/RuntimeDir.ts"
import { pathOf } from "../system/rawText.ts"
import { Workers } from "../system/Workers.ts"
import { parseI3Name, parseSwayName } from "./SocketName.ts"
import { type NamedSockets, SocketSources } from "./SocketSources.ts"

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

/** Between two tellings: the first of a burst is told at once, and thousands of files that go are a few tellings. */
const breath = Duration.millis(20)

/** Calls for each name that inotify tells of, or for `null` where it does not say which. Fails when the watch does. */
const watch = (directory: string, onName: (name: string | null) => void): Effect.Effect<never, unknown> =>
  Effect.async(resume => {
    try {
      const watcher = fs.watch(pathOf(directory), (_, name) => onName(name))
      watcher.on("error", cause => resume(Effect.fail(cause)))
      return Effect.sync(() => watcher.close())
    } catch (cause) {
      resume(Effect.fail(cause))
      return
    }
  })

export const make = Effect.gen(function* () {
  const runtimeDir = yield* RuntimeDir
  const sources = yield* SocketSources
  const workers = yield* Workers
  const changes = yield* Effect.acquireRelease(PubSub.sliding<void>(1), PubSub.shutdown)
  const noticed = yield* Queue.sliding<void>(1)

  const i3Dir = `${runtimeDir.path}/i3`

  const nextChange = Stream.fromPubSub(changes).pipe(Stream.take(1), Stream.runDrain)

  /** Not by streams: each of these may come thousands of times in one turn of the event loop. */
  const watchDirectory = (directory: string, namedBasenames: ReadonlySet<string>) => {
    const isOfInterest = (name: string) =>
      parseSwayName(name) !== undefined ||
      parseI3Name(name) !== undefined ||
      name === basename(i3Dir) ||
      namedBasenames.has(name)
    let known: string | undefined
    const notice = () => void Queue.unsafeOffer(noticed, undefined)
    const missed = Effect.sync(() => {
      const listing = fs.readdirSync(pathOf(directory), "utf8").filter(isOfInterest).sort().join("\n")
      if (known !== undefined && known !== listing) notice()
      known = listing
    })
    const watched = watch(directory, name => {
      if (name === null || isOfInterest(name)) notice()
    })
    // A directory that is not there yet is tried again when another one changes: its parent sees it come.
    const wait = Effect.suspend(() => {
      known = ""
      return Effect.raceFirst(Effect.sleep(trust), nextChange)
    })
    return Effect.raceFirst(watched, Effect.zipRight(missed, Effect.sleep(trust))).pipe(
      Effect.catchAllCause(cause => (Cause.isInterruptedOnly(cause) ? Effect.failCause(cause) : wait)),
      Effect.forever,
    )
  }

  const watchAll = ({ named }: NamedSockets) => {
    const paths = named.map(({ path }) => path)
    const names = new Set(paths.map(path => basename(path)))
    // Not /tmp itself: everybody writes there, and the slow look finds what is named there.
    const searched = runtimeDir.refusal === undefined ? [runtimeDir.path, i3Dir] : []
    const directories = new Set([...searched, ...paths.map(path => dirname(path))])
    directories.delete("/tmp")
    return Effect.forEach(directories, directory => watchDirectory(directory, names), {
      concurrency: "unbounded",
      discard: true,
    })
  }

  const tell = Queue.take(noticed).pipe(
    Effect.zipRight(PubSub.publish(changes, undefined)),
    Effect.zipRight(Effect.sleep(breath)),
    Effect.forever,
  )

  yield* workers.start("socket watcher's voice", tell)
  yield* workers.start(
    "socket watcher",
    sources.changes.pipe(
      Stream.flatMap(named => Stream.fromEffect(watchAll(named)), { switch: true }),
      Stream.runDrain,
    ),
  )
  return SocketWatcher.of({ changes: Stream.fromPubSub(changes) })
})

export const layer: Layer.Layer<SocketWatcher, never, RuntimeDir | SocketSources | Workers> = Layer.scoped(
  SocketWatcher,
  make,
)

/** Never tells anything: for a command that looks once. */
export const layerNone: Layer.Layer<SocketWatcher> = Layer.succeed(SocketWatcher, { changes: Stream.never })
