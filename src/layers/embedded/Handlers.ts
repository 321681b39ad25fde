/** The commands that change the desktop, with the arguments and error messages of sway 1.7. Pure. */
import * as Either from "effect/Either"
import {
  type Change,
  enterMode,
  focusWindow,
  inTurn,
  setMarks,
  showNamed,
  showWorkspace,
  takeMark,
  unchanged,
} from "./Actions.ts"
import { allWindows, bindingModes, type Desktop, findByNumber, focusedWindow, OUTPUT, type Window } from "./Desktop.ts"
import { barConfig } from "./Replies.ts"

/** The outcome of a command. `invalid` ends the command list; `failed` does not. */
export type Outcome = Either.Either<Change, { readonly kind: "invalid" | "failed"; readonly error: string }>

/** Runs a command. `target` is the window that its criteria match; `undefined` without criteria. */
export type Handler = (desktop: Desktop, args: ReadonlyArray<string>, target: Window | undefined) => Outcome

const invalid = (error: string): Outcome => Either.left({ kind: "invalid", error })
const failed = (error: string): Outcome => Either.left({ kind: "failed", error })
const done = (change: Change): Outcome => Either.right(change)

/** The workspace `step` places further, starting over at the end. */
const neighbour = (desktop: Desktop, step: number): Outcome => {
  const { workspaces, current } = desktop
  const at = workspaces.findIndex(({ id }) => id === current.id)
  return done(showWorkspace(desktop, workspaces.at((at + step) % workspaces.length) ?? current))
}

/** `workspace [--no-auto-back-and-forth] [number] NAME`, or a direction. */
export const workspace: Handler = (desktop, words) => {
  const args = words[0] === "--no-auto-back-and-forth" ? words.slice(1) : words
  const [first = "", second] = args
  switch (first) {
    case "number": {
      if (second === undefined) return invalid("Expected workspace number")
      if (!/^\d/.test(second)) return invalid(`Invalid workspace number '${second}'`)
      const found = findByNumber(desktop, second)
      return done(found === undefined ? showNamed(desktop, args.slice(1).join(" ")) : showWorkspace(desktop, found))
    }
    case "next":
    case "next_on_output":
      return neighbour(desktop, 1)
    case "prev":
    case "prev_on_output":
      return neighbour(desktop, -1)
    case "current":
      return done(unchanged(desktop))
    case "back_and_forth":
      return desktop.previous === undefined
        ? invalid("There is no previous workspace")
        : done(showNamed(desktop, desktop.previous))
    default:
      return done(showNamed(desktop, args.join(" ")))
  }
}

const DIRECTIONS: Readonly<Record<string, number>> = { left: -1, prev: -1, right: 1, next: 1, up: 0, down: 0 }

/** Moves the focus along the tiled windows, starting over at the end. Nothing happens if a floating window has it. */
const focusTowards = (desktop: Desktop, step: number): Outcome => {
  const tiled = desktop.current.windows.filter(({ floating }) => !floating)
  const at = tiled.findIndex(({ id }) => id === desktop.current.focus[0])
  const next = at < 0 ? undefined : tiled.at((at + step) % tiled.length)
  return done(next === undefined ? unchanged(desktop) : focusWindow(desktop, next.id))
}

const focusLayer = (desktop: Desktop, floating: boolean): Outcome => {
  const { windows, focus } = desktop.current
  if (focusedWindow(desktop)?.floating === floating) return done(unchanged(desktop))
  const id = focus.find(other => windows.some(window => window.id === other && window.floating === floating))
  const layer = floating ? "floating" : "tiling"
  return id === undefined ? failed(`Failed to find a ${layer} container in workspace`) : done(focusWindow(desktop, id))
}

const focusOutput = (desktop: Desktop, name: string | undefined): Outcome => {
  if (name === undefined) return invalid("Expected 'focus output <direction|name>'")
  if (name === OUTPUT.name || Object.hasOwn(DIRECTIONS, name)) return done(unchanged(desktop))
  return invalid("There is no output with that name")
}

/** `focus`, with criteria or a direction. */
export const focus: Handler = (desktop, [what, name], target) => {
  if (what === undefined) {
    // sway 1.7 crashes on `focus` on an empty workspace. That is not copied.
    return done(target === undefined ? unchanged(desktop) : focusWindow(desktop, target.id))
  }
  switch (what) {
    case "floating":
    case "tiling":
      return focusLayer(desktop, what === "floating")
    case "mode_toggle":
      return focusLayer(desktop, focusedWindow(desktop)?.floating !== true)
    case "output":
      return focusOutput(desktop, name)
    case "parent":
    case "child":
      return done(unchanged(desktop))
    default: {
      const step = Object.hasOwn(DIRECTIONS, what) ? DIRECTIONS[what] : undefined
      return step === undefined
        ? invalid(
            "Expected 'focus <direction|next|prev|parent|child|mode_toggle|floating|tiling>' or 'focus output <direction|name>'",
          )
        : focusTowards(desktop, step)
    }
  }
}

/** `mark [--add|--replace] [--toggle] MARK`. */
export const mark: Handler = (desktop, args, target) => {
  const isFlag = (word: string) => ["--add", "--replace", "--toggle"].includes(word)
  const flags = args.slice(
    0,
    args.findIndex(word => !isFlag(word)),
  )
  const name = args.slice(flags.length).join(" ")
  const window = target ?? focusedWindow(desktop)
  if (window === undefined) return invalid("Only containers can have marks")
  const removed = flags.includes("--toggle") && window.marks.includes(name)
  const now = (state: Desktop) => allWindows(state).find(({ id }) => id === window.id) ?? window
  return done(
    inTurn(desktop, [
      ...(flags.includes("--add") ? [] : [(state: Desktop) => setMarks(state, window, [])]),
      state => takeMark(state, name),
      ...(removed ? [] : [(state: Desktop) => setMarks(state, now(state), [...now(state).marks, name])]),
    ]),
  )
}

/** `unmark [MARK]`, on one window or, without criteria, on all. */
export const unmark: Handler = (desktop, args, target) => {
  const name = args.join(" ")
  if (name === "") {
    const windows = target === undefined ? allWindows(desktop) : [target]
    return done(
      inTurn(
        desktop,
        windows.map(window => state => setMarks(state, window, [])),
      ),
    )
  }
  return done(target === undefined || target.marks.includes(name) ? takeMark(desktop, name) : unchanged(desktop))
}

/** `mode [--pango_markup] MODE`. The flag has an effect only in a configuration file. */
export const mode: Handler = (desktop, args) => {
  const name = args.slice(args[0] === "--pango_markup" ? 1 : 0).join(" ")
  return bindingModes.includes(name) ? done(enterMode(desktop, name)) : invalid(`Unknown mode \`${name}'`)
}

/** `reload`. It reads no file, and sends the events of a reload. */
export const reload: Handler = desktop =>
  done({
    desktop: { ...desktop, mode: "default" },
    events: [
      { event: "workspace", payload: { change: "reload", old: null, current: null } },
      { event: "barconfig_update", payload: barConfig },
    ],
  })
