/** Clients of the relay that run under sway and under i3 alike, and what they do there. */
import { fileURLToPath } from "node:url"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { childrenOf, isNode } from "../../src/layers/relay/workspaces.ts"
import type { Running } from "./Spawn.ts"
import { type HarnessError, makeScratchDir, publish, stageFile } from "./TestUser.ts"
import { eventually } from "./waiting.ts"

/** Starts a program whose environment names the relay. */
export type Start = (command: string, args: ReadonlyArray<string>) => Effect.Effect<Running, HarnessError, Scope.Scope>

const fileOf = (name: string) => fileURLToPath(new URL(`./relay-clients/${name}`, import.meta.url))

/** The scripts that print which workspaces they have seen, and say it by a tick with their name. */
export const talkers = ["sync", "aio", "perl"] as const

/** How often each script has printed that it has seen these workspaces. */
export const sightings = (
  clients: Readonly<Record<(typeof talkers)[number], Running>>,
  names: string,
): ReadonlyArray<number> =>
  talkers.map(
    name =>
      clients[name].stdout
        .text()
        .split("\n")
        .filter(line => line === `saw ${names}`).length,
  )

/** Waits until each of these scripts has seen these workspaces, once more than before. */
export const untilSeenByAll = (
  clients: Readonly<Record<(typeof talkers)[number], Running>>,
  names: string,
  before: ReadonlyArray<number> = talkers.map(() => 0),
): Effect.Effect<unknown, HarnessError> =>
  eventually(
    Effect.sync(() => sightings(clients, names)),
    counts => counts.every((count, index) => count > (before[index] ?? 0)),
  )

/** Starts the scripts of `relay-clients/`, and py3status with its window module. */
export const startScripts = (start: Start, compositor: "sway" | "i3") =>
  Effect.gen(function* () {
    const script = (interpreter: string, name: string) =>
      Effect.flatMap(stageFile(fileOf(name)), file => start(interpreter, [file]))
    const config = publish(yield* makeScratchDir, "py3status.conf", 'order = "window"\n')
    return {
      sync: yield* script("/usr/bin/python3", "sync.py"),
      aio: yield* script("/usr/bin/python3", "aio.py"),
      autotiler: yield* script("/usr/bin/python3", "autotiler.py"),
      perl: yield* script("/usr/bin/perl", "anyevent.pl"),
      py3status: yield* start("py3status", ["-s", "-m", "--wm", compositor, "-c", config]),
    }
  })

/** Waits until the client has written this. */
export const untilPrinted = (client: Running, part: string): Effect.Effect<string, HarnessError> =>
  eventually(Effect.sync(client.stdout.text), text => text.includes(part))

/** The tree as nested lists of layouts and window titles: `splith(a splitv(b c))`. */
const shapeOf = (node: unknown): string => {
  if (!isNode(node)) return ""
  const { layout, name, pid, window } = node
  const isWindow = typeof pid === "number" || typeof window === "number"
  return isWindow ? String(name) : `${String(layout)}(${childrenOf(node).map(shapeOf).join(" ")})`
}

/** The windows in the order in which they are opened, and what the autotiler has made of the tree once each is there. */
const windows = [
  ["a", "splith(a)"],
  ["b", "splith(a splitv(b))"],
  ["c", "splith(a splitv(b splith(c)))"],
] as const

/** Opens windows one by one. Waits until the autotiler has tiled each, and until py3status shows its title. */
export const tile = (
  prefix: string,
  options: {
    readonly open: (title: string) => Effect.Effect<unknown, HarnessError>
    readonly tree: Effect.Effect<unknown, HarnessError>
    readonly titles: Running
  },
): Effect.Effect<void, HarnessError> =>
  Effect.forEach(
    windows,
    ([name, shape]) =>
      Effect.gen(function* () {
        yield* options.open(`${prefix}${name}`)
        yield* eventually(Effect.map(options.tree, shapeOf), seen => seen.replaceAll(prefix, "").includes(shape))
        yield* untilPrinted(options.titles, `${prefix}${name}`)
      }),
    { discard: true },
  )
