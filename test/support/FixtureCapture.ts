/** Saves what a compositor says as fixtures: one file per reply asked for and per kind of event that comes. */
import * as fs from "node:fs"
import * as os from "node:os"
import * as path from "node:path"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { type EventName, eventNameOf, eventNames, type RequestName } from "../../src/layers/ipc/Message.ts"
import type { Compositor } from "./Desktop.ts"
import { connect, nextEvent, request } from "./rawIpc.ts"
import { HarnessError } from "./TestUser.ts"

type Step<A = void> = Effect.Effect<A, HarnessError>

/** One compositor that is listened to, in one directory of fixtures. */
export interface Capture {
  /** Saves the reply to a request as `<request>[-<variant>].json`. */
  readonly reply: (name: RequestName, payload?: string, variant?: string) => Step
  /** Runs commands and saves nothing. */
  readonly run: (commands: string) => Step<unknown>
  /** Saves events, each kind once, until one of this name and change has come, of the window with this title if given. */
  readonly until: (name: EventName, change?: string, title?: string) => Step
  /** Saves all events so far: a tick comes after them. */
  readonly settle: Step
}

/** Of this run: the first of a kind is kept. */
const saved = new Set<string>()

const save = (file: string, json: unknown, runtimeDir: string) =>
  Effect.sync(() => {
    if (saved.has(file)) return
    saved.add(file)
    const text = `${JSON.stringify(json, null, 2)}\n`
      .replaceAll(runtimeDir, "/run/user/1000")
      .replaceAll(/\/tmp\/i3pm-scratch-[^/"]+\/config/g, "/home/user/config")
      .replaceAll(`"${os.hostname()}"`, '"host"')
    fs.mkdirSync(path.dirname(file), { recursive: true })
    fs.writeFileSync(file, text)
  })

/** What tells the kinds of one event apart: its `change`, or whether it is the first tick. */
const changeOf = (json: unknown): string | undefined => {
  const { change, first } = json as { readonly change?: string; readonly first?: boolean }
  return first === undefined ? change : first ? "first" : "sent"
}

const titleOf = (json: unknown) => (json as { readonly container?: { readonly name: string | null } }).container?.name

const isGiven = (wanted: string | undefined, actual: string | null | undefined) =>
  wanted === undefined || wanted === actual

/** Subscribes to every event that the compositor knows, and saves below `test/fixtures/<name>/`. */
export const capture = (
  name: string,
  runtimeDir: string,
  { socketPath }: Compositor,
): Effect.Effect<Capture, HarnessError, Scope.Scope> =>
  Effect.gen(function* () {
    const fixture = (...parts: ReadonlyArray<string | undefined>) =>
      path.join("test/fixtures", name, `${parts.filter(part => part !== undefined).join("-")}.json`)
    const ipc = yield* connect(socketPath)
    // One at a time: sway before 1.9 refuses a list that has "output" in it.
    for (const event of eventNames) yield* ipc.request("subscribe", JSON.stringify([event]))
    const until = (wanted: EventName, wantedChange?: string, title?: string): Step =>
      Effect.gen(function* () {
        for (;;) {
          const { type, json } = yield* nextEvent(ipc)
          const event = eventNameOf(type)
          const change = changeOf(json)
          yield* save(fixture("event", event, change), json, runtimeDir)
          const matches = [event === wanted, isGiven(wantedChange, change), isGiven(title, titleOf(json))]
          if (matches.every(Boolean)) return
        }
      }).pipe(
        Effect.timeoutFail({
          duration: "5 seconds",
          onTimeout: () => new HarnessError({ message: `${name}: no event ${wanted} ${wantedChange ?? ""}` }),
        }),
      )
    return {
      reply: (request_, payload, variant) =>
        Effect.flatMap(request(socketPath, request_, payload), json =>
          save(fixture(request_, variant), json, runtimeDir),
        ),
      run: commands => request(socketPath, "command", commands),
      until,
      settle: Effect.zipRight(request(socketPath, "send_tick", "settled"), until("tick", "sent")),
    }
  })
