/** `i3pm events` beside the compositors that are installed, whatever their release: each event, value for value. */
import { assert, it } from "@effect/vitest"
import * as Chunk from "effect/Chunk"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { type EventPayload, eventSchemas } from "../../src/layers/ipc/Event.ts"
import { type EventName, eventNameOf, eventNames } from "../../src/layers/ipc/Message.ts"
import { i3Config, startI3, startSway, swayConfig } from "../support/Desktop.ts"
import { describeWith, i3Tools, swayTools } from "../support/needs.ts"
import { connect, request } from "../support/rawIpc.ts"
import { runAs, spawnAs } from "../support/Spawn.ts"
import { makeRuntimeDir, stageBundle } from "../support/TestUser.ts"
import { eventually } from "../support/waiting.ts"

interface Line {
  readonly event: string
  readonly payload: unknown
}

/** `true` is what draws the bar: it ends at once. */
const config = (barCommand: string) => `
bar {
  id bar-0
  ${barCommand} true
}
bindsym Mod4+x nop
mode "resize" {
  bindsym Escape mode "default"
}
`

/** The lines that are whole. */
const linesOf = (text: string): ReadonlyArray<Line> =>
  text
    .split("\n")
    .slice(0, -1)
    .map(line => JSON.parse(line))

const tickAt = (lines: ReadonlyArray<Line>, word: string) =>
  lines.findIndex(({ event, payload }) => event === "tick" && JSON.stringify(payload).includes(`"${word}"`))

/** The two subscriptions began at different moments, and a window that goes may be told of after the end. */
const fromBeginToEnd = (lines: ReadonlyArray<Line>) => {
  const begin = tickAt(lines, "begin")
  return begin === -1 ? [] : lines.slice(begin, tickAt(lines, "end") + 1)
}

const decode = <K extends EventName>(name: K, json: unknown): Effect.Effect<EventPayload<K>, unknown> =>
  Schema.decodeUnknown(eventSchemas[name])(json)

/** What `i3pm events` prints and what the compositor sends, from now on. */
const watching = (runtimeDir: string, socketPath: string, names: ReadonlyArray<EventName>) =>
  Effect.gen(function* () {
    const entry = yield* stageBundle
    const program = yield* spawnAs(process.execPath, [entry, "events", ...names], { runtimeDir })
    const ours = () => linesOf(program.stdout.text())
    // A subscriber to ticks gets one at once.
    yield* eventually(Effect.sync(ours), lines => lines.some(({ event }) => event === "tick"))
    const ipc = yield* connect(socketPath)
    // One by one: sway 1.7 has no output events, and refuses what comes after a name that it does not know.
    const accepted = yield* Effect.filter(names, name =>
      Effect.map(ipc.request("subscribe", JSON.stringify([name])), reply => JSON.stringify(reply).includes("true")),
    )
    const received: Array<Line> = []
    const theirs = Effect.gen(function* () {
      for (const { payload, type } of Chunk.toReadonlyArray(yield* ipc.events.clear)) {
        received.push({ event: eventNameOf(type) ?? String(type), payload: JSON.parse(payload.toString("utf8")) })
      }
      return received
    })
    yield* request(socketPath, "send_tick", "begin")
    return { ours, theirs, accepted }
  })

type Watching = Effect.Effect.Success<ReturnType<typeof watching>>

/** Waits for an event with this `change`, or any of that name. */
const until = ({ theirs }: Watching, name: EventName, change = "") =>
  eventually(theirs, lines =>
    lines.some(({ event, payload }) => event === name && JSON.stringify(payload).includes(change)),
  )

/** Every event but the shutdown came, decodes, and was printed as it came. */
const compare = ({ accepted, ours, theirs }: Watching, socketPath: string) =>
  Effect.gen(function* () {
    yield* request(socketPath, "send_tick", "end")
    const isOver = (lines: ReadonlyArray<Line>) => tickAt(lines, "end") >= 0
    const received = fromBeginToEnd(yield* eventually(theirs, isOver))
    const printed = fromBeginToEnd(yield* eventually(Effect.sync(ours), isOver))
    assert.deepStrictEqual(printed, received)
    assert.sameMembers(
      [...new Set(received.map(({ event }) => event))],
      accepted.filter(name => name !== "shutdown"),
    )
    for (const { event, payload } of received) {
      const name = eventNames.find(each => each === event)
      if (name === undefined) return assert.fail(`the compositor sends ${event}, which has no schema`)
      yield* decode(name, payload)
    }
  })

describeWith([...swayTools, "node", "foot", "wtype"], "i3pm events beside sway", () => {
  it.scopedLive("prints each event as it came", () =>
    Effect.gen(function* () {
      const runtimeDir = yield* makeRuntimeDir
      const { socketPath } = yield* startSway({ runtimeDir, config: swayConfig + config("swaybar_command") })
      const watch = yield* watching(runtimeDir, socketPath, eventNames)
      const run = (commands: string) => request(socketPath, "command", commands)
      yield* run("exec foot --title one sh -c 'sleep 1000'")
      yield* until(watch, "window", "focus")
      yield* run("mark m; workspace 2; workspace 1; mode resize; mode default; bar bar-0 mode hide")
      yield* run("exec wtype -M logo -k x -m logo")
      yield* until(watch, "binding")
      yield* until(watch, "input", "removed")
      yield* run("bar bar-0 hidden_state hide; bar bar-0 modifier Mod4; exec wtype -M logo -s 100 -m logo")
      yield* until(watch, "bar_state_update", "false")
      yield* run("create_output; [title=one] kill")
      yield* until(watch, "window", "close")
      if (watch.accepted.includes("output")) yield* until(watch, "output")
      // These releases end without a shutdown event.
      yield* compare(watch, socketPath)
    }),
  )
})

describeWith([...i3Tools, "node", "xterm", "xdotool"], "i3pm events beside i3", () => {
  it.scopedLive("prints each event as it came, and the shutdown too", () =>
    Effect.gen(function* () {
      const runtimeDir = yield* makeRuntimeDir
      const i3 = yield* startI3({ runtimeDir, config: i3Config + config("i3bar_command") })
      const names = ["workspace", "mode", "window", "barconfig_update", "binding", "shutdown", "tick"] as const
      const watch = yield* watching(runtimeDir, i3.socketPath, names)
      const run = (commands: string) => request(i3.socketPath, "command", commands)
      const env = { DISPLAY: i3.display }
      yield* spawnAs("xterm", ["-T", "one", "-e", "sleep", "1000"], { runtimeDir, env })
      yield* until(watch, "window", "focus")
      yield* run("mark m; workspace 2; workspace 1; mode resize; mode default; bar mode hide bar-0")
      yield* runAs("xdotool", ["key", "super+x"], { runtimeDir, env })
      yield* until(watch, "binding")
      yield* compare(watch, i3.socketPath)
      yield* Effect.ignore(run("exit"))
      const ended = eventually(Effect.sync(watch.ours), lines => lines.at(-1)?.event === "shutdown")
      assert.deepStrictEqual((yield* ended).at(-1)?.payload, { change: "exit" })
    }),
  )
})
