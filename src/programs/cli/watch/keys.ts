/** Reads the keys that are typed into the live view. Pure. */

const ESCAPE = "\u001b"

/**
 * What a terminal sends for a key without a letter of its own, and for one with Alt (ECMA-48, xterm's control sequences): F2 is `ESC O Q`,
 * and F1 of the Linux console `ESC [ [ A`.
 */
const sequence = new RegExp(`${ESCAPE}(?:\\[\\[?[0-?]*[ -/]*[@-~]|O.|.)`, "gsu")

/** True if q is among these keys, which leaves the view. */
export const isLeaving = (keys: string): boolean => /q/i.test(keys.replaceAll(sequence, ""))
