/** What may stand in a command. Types alone. */

/**
 * A criterion for text: equal to it, or matching a regular expression, which the compositor reads as PCRE does. Its flags `i`, `m` and `s` are
 * sent with it; `d`, `g` and `u` change nothing there, and others are a `QuoteError`.
 */
export type TextCriterion = string | RegExp

/**
 * Criteria of sway(5): a node must match all of them. `con_id` is the `id` of a node, and the safest: titles are chosen by
 * programs and web pages. A text is written so that it stands for itself. What the compositor cannot quote is refused by a `QuoteError`.
 *
 * @example
 * import { connect, QuoteError } from "i3pm/promise"
 *
 * await using sway = await connect()
 * await sway.command`${{ app_id: "firefox", title: /^say/i }} move container to workspace ${"web"}`
 *
 * // A title may have any text: its quotes and signs are no part of the command.
 * const [window] = (await sway.tree()).windows
 * const title = window?.name ?? ""
 * await sway.command`${{ title }} mark --add ${`is "${title}"`}`.catch(error => {
 *   // sway has no quotes for a name with both " and ', one that ends in a backslash, or one with a control character.
 *   if (!(error instanceof QuoteError)) throw error
 *   console.warn(error.message)
 * })
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

/** What a command may hold: a name, which is quoted or refused; a number; or criteria. */
export type CommandValue = string | number | Criteria

/** The two grammars of commands. A fork of sway has sway's. */
export type CommandDialect = "sway" | "i3"
