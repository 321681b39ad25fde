/** `resize`: grows, shrinks and sets sizes, in pixels or in percent. */
import type { Container } from "../desktop/Desktop.ts"
import { floatingLimits } from "../desktop/floatingSize.ts"
import { screenOf } from "../desktop/rectangles.ts"
import { isFloating, isHidden } from "../desktop/relations.ts"
import { type Amount, readAmount } from "./amount.ts"
import { wrongCount } from "./counted.ts"
import { done, failed, type Handler, invalid, notSimulated, type Outcome, type Target } from "./Outcome.ts"
import { type Edge, edgeOf, isAcross, resizeTiled } from "./resizeTiled.ts"

const ADJUST = "Expected 'resize grow|shrink <direction> [<amount> px|ppt [or <amount> px|ppt]]'"
const SET =
  "Expected 'resize set [width] <width> [px|ppt]' or 'resize set height <height> [px|ppt]' or " +
  "'resize set [width] <width> [px|ppt] [height] <height> [px|ppt]'"
const SYNTAX = "Expected 'resize <shrink|grow> <width|height|up|down|left|right> [<amount>] [px|ppt]'"
const NO_FURTHER = invalid("Cannot resize any further")

/** How much a container grows without an amount. */
const STEP: Amount = { amount: 10, unit: "default" }

const clamp = (value: number, least: number, most: number) => Math.max(least, Math.min(value, most))

/** Grows a floating container, on the side of the edge or on both. */
const adjustFloating = ({ desktop }: Target, container: Container, edge: Edge, amount: number): Outcome => {
  const { least, most } = floatingLimits(desktop)
  const [side, start] = isAcross(edge) ? (["width", "x"] as const) : (["height", "y"] as const)
  const { content, rect } = container
  const growth = clamp(rect[side] + amount, least[side], most[side]) - rect[side]
  if (growth === 0) return NO_FURTHER
  const before = edge === "width" || edge === "height" ? Math.trunc(-growth / 2) : 0
  const moved = edge === "left" || edge === "up" ? -growth : before
  for (const box of [rect, content]) {
    box[start] += moved
    box[side] += growth
  }
  return done
}

const adjustTiled = (container: Container, edge: Edge, { amount, unit }: Amount): Outcome => {
  const size = isAcross(edge) ? container.rect.width : container.rect.height
  const pixels = unit === "px" ? amount : Math.trunc((size * amount) / 100)
  return resizeTiled(container, edge, pixels) ? done : NO_FURTHER
}

/** The amount to be used of `10 px or 10 ppt`: floating containers take pixels, tiled ones rather percent. */
const chosenAmount = (floating: boolean, amounts: ReadonlyArray<Amount>): Amount | undefined => {
  const order = floating ? (["px", "default"] as const) : (["ppt", "default", "px"] as const)
  return order.flatMap(unit => amounts.filter(amount => amount.unit === unit))[0]
}

const adjust = (target: Target, container: Container, sign: 1 | -1, words: ReadonlyArray<string>): Outcome => {
  const edge = edgeOf(words[0])
  if (edge === undefined) return invalid(ADJUST)
  const amounts: Array<Amount> = []
  let rest = words.slice(1)
  for (let count = 0; count < 2 && rest.length > 0; count += 1) {
    if (count === 1 && rest[0] !== "or") return invalid(ADJUST)
    const { amount, used } = readAmount(count === 1 ? rest.slice(1) : rest)
    if (amount === undefined && rest.length > count) return invalid(ADJUST)
    if (amount !== undefined) amounts.push({ ...amount, amount: amount.amount * sign })
    rest = rest.slice(used + count)
  }
  if (rest.length > 0) return invalid(ADJUST)
  if (amounts.length === 0) amounts.push({ ...STEP, amount: STEP.amount * sign })
  const floating = isFloating(container)
  const chosen = chosenAmount(floating, amounts)
  if (chosen === undefined) return invalid("Floating containers cannot use ppt measurements")
  return floating ? adjustFloating(target, container, edge, chosen.amount) : adjustTiled(container, edge, chosen)
}

const setFloatingSide = ({ desktop }: Target, container: Container, edge: "width" | "height", wanted: Amount) => {
  const { least, most } = floatingLimits(desktop)
  const start = edge === "width" ? "x" : "y"
  const { content, rect, workspace } = container
  const screen = workspace === undefined ? rect : screenOf(workspace)
  const pixels = wanted.unit === "ppt" ? Math.trunc((screen[edge] * wanted.amount) / 100) : wanted.amount
  const growth = clamp(pixels, least[edge], most[edge]) - rect[edge]
  for (const box of [rect, content]) {
    box[start] -= Math.trunc(growth / 2)
    box[edge] += growth
  }
}

const setTiledSide = (container: Container, edge: "width" | "height", { amount, unit }: Amount) => {
  const along = edge === "width" ? "splith" : "splitv"
  let parent = container.parent
  while (parent !== undefined && parent.layout !== along) parent = parent.parent
  const around = parent?.rect ?? (container.workspace === undefined ? container.rect : screenOf(container.workspace))
  const pixels = unit === "px" ? amount : Math.trunc((around[edge] * amount) / 100)
  resizeTiled(container, edge, pixels - Math.trunc(container.rect[edge]))
}

/** `resize set`: a side of 0 stays as it is. */
const set = (target: Target, container: Container, args: ReadonlyArray<string>): Outcome => {
  let rest = args[0] === "width" && args.length >= 2 && args[1] !== "height" ? args.slice(1) : args
  const sides: Array<readonly ["width" | "height", Amount]> = []
  if (rest[0] !== "height") {
    const { amount, used } = readAmount(rest)
    if (amount === undefined) return invalid(SET)
    sides.push(["width", amount])
    rest = rest.slice(used)
  }
  if (rest.length > 0) {
    const words = rest[0] === "height" && rest.length >= 2 ? rest.slice(1) : rest
    const { amount, used } = readAmount(words)
    if (words.length > used) return invalid(SET)
    if (amount === undefined) return notSimulated("resize set with an unknown unit of the height")
    sides.push(["height", amount])
  }
  const floating = isFloating(container)
  for (const [edge, wanted] of sides.filter(([, { amount }]) => amount > 0)) {
    if (floating && wanted.unit === "ppt" && isHidden(container)) {
      return failed("Cannot resize a hidden scratchpad container by ppt")
    }
    if (floating) setFloatingSide(target, container, edge, wanted)
    else setTiledSide(container, edge, wanted)
  }
  return done
}

/** `resize grow|shrink|set`. */
export const resize: Handler = (target, args) => {
  const { container } = target
  if (container === undefined) return invalid("Cannot resize nothing")
  const wrong = wrongCount("resize", { least: 2 }, args.length)
  if (wrong !== undefined) return invalid(wrong)
  const [how = "", ...rest] = args
  switch (how.toLowerCase()) {
    case "set":
      return set(target, container, rest)
    case "grow":
      return adjust(target, container, 1, rest)
    case "shrink":
      return adjust(target, container, -1, rest)
    default:
      return invalid(SYNTAX)
  }
}
