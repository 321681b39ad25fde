/** One line of `i3pm doctor`: the result of a check, why, and the command that fixes it. Pure. */
import { shellLine } from "../system/shellWords.ts"

/**
 * `ok`: it was checked and is right. `warning`: it works, but not as well as it could. `wrong`: something does not work.
 * `skipped`: it was not checked, or it does not apply; `why` says which.
 */
export type Status = "ok" | "warning" | "wrong" | "skipped"

/** A check as `i3pm doctor --json` prints it. */
export interface Check {
  /** In kebab-case. Scripts may rely on it: it does not change. */
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

/** How to fix what a check found. */
export interface Remedy {
  /** For a person to copy. */
  readonly text: string
  /** The same as commands, if `--fix` may run them without asking; else empty. */
  readonly safe: ReadonlyArray<Command>
}

/** A check, and what `--fix` may run for it. */
export interface Judged extends Check {
  readonly safe: ReadonlyArray<Command>
}

/** A fix that only the user may run. Lines are joined by `&&`, so that each runs only if the one before succeeded. */
export const byHand = (...lines: ReadonlyArray<string>): Remedy => ({ text: lines.join(" && "), safe: [] })

/** Commands that `--fix` may run: they change nothing that the user has decided. */
export const safely = (...commands: ReadonlyArray<Command>): Remedy => ({
  text: commands.map(shellLine).join(" && "),
  safe: commands,
})

/** The check was made and found nothing wrong. */
export const ok = (id: string, what: string, why: string | null = null): Judged => ({
  id,
  status: "ok",
  what,
  why,
  fix: null,
  safe: [],
})

/** The check was not made, or does not apply. */
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
