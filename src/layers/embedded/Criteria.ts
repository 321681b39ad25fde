/** Finds the windows that match criteria such as `[app_id="foot" workspace="2"]` (sway(5), "CRITERIA"). Pure. */
import * as Either from "effect/Either"
import { allWindows, type Desktop, focusedWindow, type Window, workspaceOf } from "./Desktop.ts"

type Matches = (desktop: Desktop, window: Window) => boolean

const pattern = (value: string, texts: (desktop: Desktop, window: Window) => ReadonlyArray<string>) =>
  Either.map(
    Either.try({
      try: () => new RegExp(value, "u"),
      catch: () => `Regex compilation for '${value}' failed`,
    }),
    (regex): Matches =>
      (desktop, window) =>
        texts(desktop, window).some(text => regex.test(text)),
  )

const conId = (value: string): Either.Either<Matches, string> => {
  if (value === "__focused__") return Either.right((desktop, window) => focusedWindow(desktop)?.id === window.id)
  return /^\d+$/.test(value)
    ? Either.right((_, window) => window.id === Number(value))
    : Either.left("The value for 'con_id' should be '__focused__' or numeric")
}

/** The usual criteria; sway has more. */
const tokens: Readonly<Record<string, (value: string) => Either.Either<Matches, string>>> = {
  con_id: conId,
  con_mark: value => pattern(value, (_, window) => window.marks),
  app_id: value => pattern(value, (_, window) => [window.appId]),
  title: value => pattern(value, (_, window) => [window.title]),
  workspace: value =>
    pattern(value, (desktop, window) => {
      const workspace = workspaceOf(desktop, window.id)
      return workspace === undefined ? [] : [workspace.name]
    }),
  floating: () => Either.right((_, window) => window.floating),
  tiling: () => Either.right((_, window) => !window.floating),
}

/** The windows that match every criterion, or sway's message for criteria that are invalid. */
export const matching = (desktop: Desktop, criteria: string): Either.Either<ReadonlyArray<Window>, string> =>
  Either.gen(function* () {
    const parts = [...criteria.matchAll(/([^\s=]+)(?:\s*=\s*(?:"((?:\\.|[^"\\])*)"|([^\s\]]*)))?/g)]
    if (parts.length === 0) return yield* Either.left("Criteria is empty")
    let windows = allWindows(desktop)
    for (const [, name = "", quoted, bare = ""] of parts) {
      const token = Object.hasOwn(tokens, name) ? tokens[name] : undefined
      if (token === undefined) return yield* Either.left(`Token '${name}' is not recognized`)
      const matches = yield* token(quoted ?? bare)
      windows = windows.filter(window => matches(desktop, window))
    }
    return windows
  })
