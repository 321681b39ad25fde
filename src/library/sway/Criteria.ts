/** What may stand in a command. Types alone. */

/** A criterion for text: equal to it, or matching a regular expression, of which only the source is used (PCRE). */
export type TextCriterion = string | RegExp

/**
 * Criteria of sway(5): a node must match all of them. `con_id` is the `id` of a node, and the safest: titles are chosen by
 * programs and web pages.
 */
export interface Criteria {
  readonly con_id?: number | "__focused__"
  readonly con_mark?: TextCriterion
  /** sway only. */
  readonly app_id?: TextCriterion
  readonly class?: TextCriterion
  readonly instance?: TextCriterion
  readonly title?: TextCriterion
  readonly window_role?: TextCriterion
  readonly workspace?: TextCriterion
  /** sway only. */
  readonly pid?: number
  readonly floating?: true
  readonly tiling?: true
}

/** What a command may hold: a name, which is quoted; a number; or criteria. */
export type CommandValue = string | number | Criteria

/** The two grammars of commands. A fork of sway has sway's. */
export type CommandDialect = "sway" | "i3"
