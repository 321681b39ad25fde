/** One line of `i3pm doctor`: a judgement, why, and the command that mends what is not right. Pure. */

/**
 * `ok`: it was looked at and is right. `warning`: it works, but not as well as it could. `wrong`: something does not work.
 * `skipped`: it was not looked at, or it does not apply; `why` says which.
 */
export type Status = "ok" | "warning" | "wrong" | "skipped"

/** A check as `i3pm doctor --json` prints it. */
export interface Check {
  /** Stable, kebab-case. */
  readonly id: string
  readonly status: Status
  /** One short sentence. */
  readonly what: string
  readonly why: string | null
  /** A command or a line to add, to be copied as it is. */
  readonly fix: string | null
}

/** A program and its arguments. */
export type Command = readonly [string, ...ReadonlyArray<string>]

/** What mends a check. */
export interface Remedy {
  /** For a person to copy. */
  readonly text: string
  /** The same as commands, where `--fix` may run them without asking; else empty. */
  readonly safe: ReadonlyArray<Command>
}

/** A check, and what `--fix` may run for it. */
export interface Judged extends Check {
  readonly safe: ReadonlyArray<Command>
}

/** A word as a POSIX shell reads it back. */
export const shellWord = (word: string): string =>
  /^[\w/.+:@%,=-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`

/** A command as a line for a shell. */
export const shellLine = (command: ReadonlyArray<string>): string => command.map(shellWord).join(" ")

/** A line that only the user may run. Lines are joined so that the next runs if the last one did its work. */
export const byHand = (...lines: ReadonlyArray<string>): Remedy => ({ text: lines.join(" && "), safe: [] })

/** Commands that `--fix` may run: they change nothing that somebody has decided. */
export const safely = (...commands: ReadonlyArray<Command>): Remedy => ({
  text: commands.map(shellLine).join(" && "),
  safe: commands,
})

/** It was looked at and is right. */
export const ok = (id: string, what: string, why: string | null = null): Judged => ({
  id,
  status: "ok",
  what,
  why,
  fix: null,
  safe: [],
})

/** It was not looked at, or does not apply. */
export const skipped = (id: string, what: string, why: string): Judged => ({ ...ok(id, what, why), status: "skipped" })

/** What is not right about a check. */
export interface Complaint {
  readonly what: string
  readonly why: string
  readonly remedy: Remedy | null
}

const complain = (status: Status, id: string, { remedy, what, why }: Complaint): Judged => ({
  id,
  status,
  what,
  why,
  fix: remedy?.text ?? null,
  safe: remedy?.safe ?? [],
})

/** It works, but not as well as it could. */
export const warning = (id: string, complaint: Complaint): Judged => complain("warning", id, complaint)

/** Something does not work. */
export const wrong = (id: string, complaint: Complaint): Judged => complain("wrong", id, complaint)

/** The check as it is printed. */
export const toJson = ({ fix, id, status, what, why }: Judged): Check => ({ id, status, what, why, fix })

/** True if no check is wrong. */
export const allWell = (checks: ReadonlyArray<Check>): boolean => checks.every(({ status }) => status !== "wrong")
