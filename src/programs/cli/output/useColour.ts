/** Whether output has colours: on a terminal, unless the environment says otherwise. Pure, no Effect runtime: the CLI's fast path uses it. */

/** What the environment says about colours; `undefined` for a variable that is not set. */
interface Wishes {
  readonly noColour: string | undefined
  readonly term: string | undefined
}

/** True on a terminal, unless NO_COLOR is set and not empty (no-color.org), or TERM is `dumb`, as in a shell within Emacs. */
export const useColour = (isTerminal: boolean, { noColour, term }: Wishes): boolean =>
  isTerminal && (noColour === undefined || noColour === "") && term !== "dumb"
