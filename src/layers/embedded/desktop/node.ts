/** The fields that every node has, with their order and defaults in sway 1.7 (`ipc-json.c`). Pure. */
import { NOWHERE, type Rect } from "./Desktop.ts"

/** An object that will be encoded as JSON. */
export type Json = Readonly<Record<string, unknown>>

/** What a node has of its own. */
interface Node {
  readonly id: number
  readonly type: string
  readonly name: string | null
  readonly orientation: string
  readonly percent?: number | null
  readonly urgent?: boolean
  readonly marks?: ReadonlyArray<string>
  readonly focused?: boolean
  readonly layout: string
  readonly border?: string
  readonly borderWidth?: number
  readonly rect: Readonly<Rect>
  readonly decoration?: Readonly<Rect>
  readonly inner?: Readonly<Rect>
  readonly geometry?: Readonly<Rect>
  readonly nodes?: ReadonlyArray<Json>
  readonly floatingNodes?: ReadonlyArray<Json>
  readonly focus?: ReadonlyArray<number>
  readonly fullscreenMode?: number
  readonly sticky?: boolean
}

/** The fields that every node has, in sway's order. */
export const node = (of: Node): Json => ({
  id: of.id,
  type: of.type,
  orientation: of.orientation,
  percent: of.percent ?? null,
  urgent: of.urgent ?? false,
  marks: of.marks ?? [],
  focused: of.focused ?? false,
  layout: of.layout,
  border: of.border ?? "none",
  current_border_width: of.borderWidth ?? 0,
  rect: of.rect,
  deco_rect: of.decoration ?? NOWHERE,
  window_rect: of.inner ?? NOWHERE,
  geometry: of.geometry ?? NOWHERE,
  name: of.name,
  window: null,
  nodes: of.nodes ?? [],
  floating_nodes: of.floatingNodes ?? [],
  focus: of.focus ?? [],
  fullscreen_mode: of.fullscreenMode ?? 0,
  sticky: of.sticky ?? false,
})
