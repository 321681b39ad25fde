/** Reports that the socket of a compositor may have come or gone: by inotify, and by listing the directories once a minute. */
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

/** Watches the directories in which sockets come and go. */
export class SocketWatcher extends Context.Tag("i3pm/SocketWatcher")<
  SocketWatcher,
  {
    /** An item for each change; many changes at once may be one item. It does not say what has changed. */
    readonly changes: Stream.Stream<void>
  }
>() {}

/**
 * After this time a directory is listed and watched again. inotify does not report that a watched directory was replaced, so
 * this is the fallback. It is long, so that an idle desktop stays idle.
 */
const rewatchInterval = Duration.seconds(60)

/** The time between two items. The first change of a burst is reported at once. */
const debounceInterval = Duration.millis(20)

/** Calls `onName` with each changed name, or `null` if inotify does not say which. Fails when the watch ends. */
const inotify = (directory: string, onName: (name: string | null) => void): Effect.Effect<never, unknown> =>
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

interface DirectoryOptions {
  readonly directory: string
  /** Names that matter. */
  readonly isRelevant: (name: string) => boolean
  /** Called for each change. Not a stream, since it may be called thousands of times in one turn of the event loop. */
  readonly onChange: () => void
  /** Ends at the next change of any directory. */
  readonly nextChange: Effect.Effect<void>
}

/** Watches one directory, also before it exists and after it was replaced. Ends only by interruption. */
const watchDirectory = ({
  directory,
  isRelevant,
  nextChange,
  onChange,
}: DirectoryOptions): Effect.Effect<never, unknown> => {
  let lastListing: string | undefined
  const compareListing = Effect.sync(() => {
    const listing = fs.readdirSync(pathOf(directory), "utf8").filter(isRelevant).sort().join("\n")
    if (lastListing !== undefined && lastListing !== listing) onChange()
    lastListing = listing
  })
  const watched = inotify(directory, name => {
    if (name === null || isRelevant(name)) onChange()
  })
  // When a missing directory is made, its parent changes.
  const waitForDirectory = Effect.suspend(() => {
    lastListing = ""
    return Effect.raceFirst(Effect.sleep(rewatchInterval), nextChange)
  })
  return Effect.raceFirst(watched, Effect.zipRight(compareListing, Effect.sleep(rewatchInterval))).pipe(
    Effect.catchAllCause(cause => (Cause.isInterruptedOnly(cause) ? Effect.failCause(cause) : waitForDirectory)),
    Effect.forever,
  )
}

/** The directories to watch. Not `/tmp`, since it changes all the time: sockets there are found by the periodic probe. */
export const watchedDirectories = (
  { path, refusal }: RuntimeDir["Type"],
  { named }: NamedSockets,
): ReadonlySet<string> => {
  const searched = refusal === undefined ? [path, `${path}/i3`] : []
  const directories = new Set([...searched, ...named.map(each => dirname(each.path))])
  directories.delete("/tmp")
  return directories
}

/** Watches as long as the scope lives. */
export const make = Effect.gen(function* () {
  const runtimeDir = yield* RuntimeDir
  const sources = yield* SocketSources
  const workers = yield* Workers
  const changes = yield* Effect.acquireRelease(PubSub.sliding<void>(1), PubSub.shutdown)
  const noticed = yield* Queue.sliding<void>(1)
  const onChange = () => void Queue.unsafeOffer(noticed, undefined)
  const nextChange = Stream.fromPubSub(changes).pipe(Stream.take(1), Stream.runDrain)

  const watchAll = (sockets: NamedSockets) => {
    const names = new Set(sockets.named.map(({ path }) => basename(path)))
    const isRelevant = (name: string) =>
      parseSwayName(name) !== undefined || parseI3Name(name) !== undefined || name === "i3" || names.has(name)
    return Effect.forEach(
      watchedDirectories(runtimeDir, sockets),
      directory => watchDirectory({ directory, isRelevant, nextChange, onChange }),
      { concurrency: "unbounded", discard: true },
    )
  }

  const notify = Queue.take(noticed).pipe(
    Effect.zipRight(PubSub.publish(changes, undefined)),
    Effect.zipRight(Effect.sleep(debounceInterval)),
    Effect.forever,
  )

  yield* workers.start("socket change notifier", notify)
  yield* workers.start(
    "socket watcher",
    sources.changes.pipe(
      Stream.flatMap(named => Stream.fromEffect(watchAll(named)), { switch: true }),
      Stream.runDrain,
    ),
  )
  return SocketWatcher.of({ changes: Stream.fromPubSub(changes) })
})

/** The watcher of the daemon. */
export const layer: Layer.Layer<SocketWatcher, never, RuntimeDir | SocketSources | Workers> = Layer.scoped(
  SocketWatcher,
  make,
)

/** Reports nothing. For commands that search once. */
export const layerNone: Layer.Layer<SocketWatcher> = Layer.succeed(SocketWatcher, { changes: Stream.never })
