/** `border`, `opacity`, `title_format`, `urgent` and `inhibit_idle`. */
import type { Container, View } from "../desktop/Desktop.ts"
import { tellWindow } from "../desktop/Draft.ts"
import { wrapContent } from "../desktop/floatingSize.ts"
import { isFloating } from "../desktop/relations.ts"
import { setUrgent } from "../desktop/setFocus.ts"
import { booleanOf, done, failed, type Handler, invalid, isWord, notSimulated } from "./Outcome.ts"

/** The border that a word means; `csd` is the window's own. After `normal` a toggle lets the window draw its own, too. */
const borderNamed = (word: string, now: Container["border"]) => {
  if (word !== "toggle") return (["none", "normal", "pixel", "csd"] as const).find(border => border === word)
  return ({ none: "pixel", pixel: "normal", normal: "csd" } as const)[now]
}

/** `border none|normal|pixel|toggle [PX]`. */
export const border: Handler = ({ container }, [word = "", width, ...more]) => {
  if (container?.view === undefined) return invalid("Only views can have borders")
  const wanted = borderNamed(word, container.border)
  if (wanted === undefined) {
    return invalid("Expected 'border <none|normal|pixel|csd|toggle>' or 'border pixel <px>'")
  }
  if (wanted === "csd") return notSimulated("windows that draw their own border")
  container.border = wanted
  if (width !== undefined && more.length === 0) container.borderWidth = Number(/^\s*[+-]?\d+/.exec(width)?.[0] ?? 0)
  if (isFloating(container)) wrapContent(container)
  return done
}

/** `opacity [set|plus|minus] VALUE`. No reply shows it. */
export const opacity: Handler = ({ container }, args) => {
  if (container === undefined) return failed("No current container")
  const [first = "", second] = args
  const text = args.length === 1 ? first : (second ?? "")
  if (!/^\s*([+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?)?$/i.test(text)) return invalid("opacity float invalid")
  const amount = text.trim() === "" ? 0 : Number(text)
  const isRelative = isWord(first, "plus", "minus")
  if (!isRelative && args.length > 1 && !isWord(first, "set")) {
    return invalid(`Expected: set|plus|minus <0..1>: ${first}`)
  }
  const value = isRelative ? container.opacity + amount * (isWord(first, "plus") ? 1 : -1) : amount
  if (value < 0 || value > 1) return failed("opacity value out of bounds")
  container.opacity = value
  return done
}

/** `title_format FORMAT`. No reply shows it, but the window's title is told again. */
export const titleFormat: Handler = ({ container, draft }) => {
  if (container?.view === undefined) return invalid("Only views can have a title_format")
  tellWindow(draft, "title", container)
  return done
}

/** `urgent enable|disable|toggle|allow|deny`. */
export const urgent: Handler = ({ container, draft }, [word = ""]) => {
  if (container === undefined) return failed("No current container")
  const { view } = container
  if (view === undefined) return invalid("Only views can be urgent")
  if (word === "allow" || word === "deny") view.mayBeUrgent = word === "allow"
  else setUrgent(draft, container, booleanOf(word, view.urgentSince > 0))
  return done
}

const isInhibitor = (word: string): word is View["inhibitsIdle"] =>
  ["focus", "fullscreen", "open", "none", "visible"].includes(word)

/** `inhibit_idle MODE`. */
export const inhibitIdle: Handler = ({ container }, [word = ""]) => {
  if (container?.view === undefined) return invalid("Only views can have idle inhibitors")
  if (!isInhibitor(word)) return invalid("Expected `inhibit_idle focus|fullscreen|open|none|visible`")
  container.view.inhibitsIdle = word
  return done
}
