/** Finds the containers that criteria such as `[app_id="foot" workspace="2"]` match (sway(5), "CRITERIA"). Pure. */
import * as Either from "effect/Either"
import type { Container, Desktop, View } from "../desktop/Desktop.ts"
import { focusedContainer } from "../desktop/focusStack.ts"
import { allContainers, isFloating } from "../desktop/relations.ts"

/** What one criterion asks of a container. */
interface Matches {
  /** Asks it of a window. */
  readonly window: (desktop: Desktop, container: Container, view: View) => boolean
  /** Asks it of a container of others; such a criterion lets them match. */
  readonly group?: (container: Container) => boolean
}

/** A criterion, or nothing for a number that sway takes for a missing one: 0. */
type Parsed = Either.Either<Matches | undefined, string>

const regexOf = (value: string): Either.Either<RegExp, string> =>
  Either.try({
    // PCRE takes some patterns that JavaScript takes without the flag only, such as `\-`.
    try: () => {
      const [, flags = "", pattern = ""] = /^(?:\(\?([ims]+)\))?([\s\S]*)$/.exec(value) ?? []
      try {
        return new RegExp(pattern, `u${flags}`)
      } catch {
        return new RegExp(pattern, flags)
      }
    },
    catch: () => `Regex compilation for '${value}' failed: not simulated: the text of PCRE's error`,
  })

/** Compares a text of the window with a pattern, or with the same text of the focused window. */
const text =
  (of: (container: Container, view: View) => string | undefined) =>
  (value: string): Parsed => {
    if (value === "__focused__") {
      return Either.right({
        window: (desktop, container, view) => {
          const focus = focusedContainer(desktop)
          const own = of(container, view)
          return own !== undefined && (focus?.view === undefined || of(focus, focus.view) === own)
        },
      })
    }
    return Either.map(regexOf(value), regex => ({
      window: (_, container, view) => {
        const own = of(container, view)
        return own !== undefined && regex.test(own)
      },
    }))
  }

const mark = (value: string): Parsed =>
  Either.map(regexOf(value), regex => {
    const has = ({ marks }: Container) => marks.some(mark => regex.test(mark))
    return { window: (_, container) => has(container), group: has }
  })

const number =
  (of: (container: Container, view: View) => number, wrong: string) =>
  (value: string): Parsed =>
    /^\s*[+-]?\d+$/.test(value)
      ? Either.right(
          Number(value) === 0 ? undefined : { window: (_, container, view) => of(container, view) === Number(value) },
        )
      : Either.left(wrong)

const conId = (value: string, desktop: Desktop): Parsed => {
  const focus = focusedContainer(desktop)
  if (value !== "__focused__" && !/^\d+$/.test(value)) {
    return Either.left("The value for 'con_id' should be '__focused__' or numeric")
  }
  const id = value !== "__focused__" ? Number(value) : focus?.view === undefined ? 0 : focus.id
  const has = (container: Container) => container.id === id
  return Either.right(id === 0 ? undefined : { window: (_, container) => has(container), group: has })
}

const urgentValues: Readonly<Record<string, "first" | "last">> = {
  ...{ latest: "last", newest: "last", last: "last", recent: "last" },
  ...{ oldest: "first", first: "first" },
}

const urgent = (value: string): Parsed => {
  const which = Object.hasOwn(urgentValues, value) ? urgentValues[value] : undefined
  if (which === undefined) {
    return Either.left("The value for 'urgent' must be 'first', 'last', 'latest', 'newest', 'oldest' or 'recent'")
  }
  return Either.right({
    window: (desktop, _, view) => {
      const times = allContainers(desktop).flatMap(({ view }) => (view?.urgentSince ? [view.urgentSince] : []))
      return view.urgentSince > 0 && view.urgentSince === (which === "first" ? Math.min(...times) : Math.max(...times))
    },
  })
}

/** A criterion of X11 windows: there is none here, so it matches nothing. */
const neverX11 = (value: string): Parsed => Either.map(regexOf(value), () => ({ window: () => false }))

const tokens: Readonly<Record<string, (value: string, desktop: Desktop) => Parsed>> = {
  app_id: text((_, { appId }) => appId),
  title: text((_, { title }) => title),
  shell: text(() => "xdg_shell"),
  workspace: text(({ workspace }) => workspace?.name),
  con_mark: mark,
  con_id: conId,
  pid: number((_, { pid }) => pid, "The value for 'pid' should be numeric"),
  id: number(() => Number.NaN, "The value for 'id' should be numeric"),
  class: neverX11,
  instance: neverX11,
  window_role: neverX11,
  window_type: () => Either.right({ window: () => false }),
  urgent,
}

const flags: Readonly<Record<string, Matches>> = {
  floating: { window: (_, container) => isFloating(container) },
  tiling: { window: (_, container) => !isFloating(container) },
}

const parseToken = (desktop: Desktop, name: string, value: string | undefined): Parsed => {
  const flag = Object.hasOwn(flags, name) ? flags[name] : undefined
  if (flag !== undefined) return Either.right(flag)
  const token = Object.hasOwn(tokens, name) ? tokens[name] : undefined
  if (token === undefined) return Either.left(`Token '${name}' is not recognized`)
  return value === undefined ? Either.left(`Token '${name}' requires a value`) : token(value, desktop)
}

/** Criteria at the start of a text: what they match, and the text after them. */
export interface Matched {
  readonly containers: ReadonlyArray<Container>
  readonly rest: string
}

const matching = (desktop: Desktop, criteria: ReadonlyArray<Matches>) =>
  allContainers(desktop).filter(container => {
    const { view } = container
    if (view !== undefined) return criteria.every(({ window }) => window(desktop, container, view))
    const groups = criteria.flatMap(({ group }) => (group === undefined ? [] : [group]))
    return groups.length > 0 && groups.every(group => group(container))
  })

/** Reads criteria, which begin with `[`. Fails with sway's message. */
export const matchCriteria = (desktop: Desktop, text: string): Either.Either<Matched, string> =>
  Either.gen(function* () {
    const criteria: Array<Matches> = []
    let rest = text.slice(1)
    while (rest !== "" && !rest.startsWith("]")) {
      const [before = "", name = ""] = /^ *([a-z_]*) */.exec(rest) ?? []
      rest = rest.slice(before.length)
      let value: string | undefined
      if (rest.startsWith("=")) {
        const found = /^= *(?:"((?:\\"|[^"])*)"|([^ "\]][^ \]]*|))/.exec(rest)
        if (found === null) return yield* Either.left("Quote mismatch in criteria")
        value = (found[1] ?? found[2] ?? "").replace(/\\"/g, '"')
        rest = rest.slice(found[0].length)
      }
      const criterion = yield* parseToken(desktop, name, value)
      if (criterion !== undefined) criteria.push(criterion)
      rest = rest.replace(/^ +/, "")
    }
    if (rest === "") return yield* Either.left("No closing brace found in criteria")
    if (criteria.length === 0) return yield* Either.left("Criteria is empty")
    return { containers: matching(desktop, criteria), rest: rest.slice(1) }
  })
