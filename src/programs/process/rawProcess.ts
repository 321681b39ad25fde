/**
 * The arguments and the environment without loss (`rawText.ts`). Node decodes both as UTF-8 and replaces other bytes by U+FFFD;
 * if there is one, the original bytes are read from `/proc/self`. Plain, no Effect runtime: the CLI's fast path uses it.
 */
import { readFileSync } from "node:fs"
import { REPLACEMENT, textOf } from "../../layers/system/rawText.ts"

/** The texts in a file in which a NUL follows each. */
const textsIn = (file: string): ReadonlyArray<string> => {
  const bytes = readFileSync(file)
  const texts: Array<string> = []
  for (let start = 0, end = bytes.indexOf(0); end >= 0; start = end + 1, end = bytes.indexOf(0, start)) {
    texts.push(textOf(bytes.subarray(start, end)))
  }
  return texts
}

const orElse = <A>(read: () => A, other: A): A => {
  try {
    return read()
  } catch {
    return other
  }
}

const isDamaged = (text: string | undefined) => text?.includes(REPLACEMENT) === true

/** `process.argv` without loss. The kernel's list also has Node's own options, before the arguments. */
export const rawArguments = (argv: ReadonlyArray<string>): ReadonlyArray<string> => {
  const given = argv.length - 2
  if (given <= 0 || !argv.some(isDamaged)) return argv
  return [...argv.slice(0, 2), ...orElse(() => textsIn("/proc/self/cmdline").slice(-given), argv.slice(2))]
}

const splitVariable = (text: string): readonly [string, string] => {
  const equals = text.indexOf("=")
  return [text.slice(0, equals), text.slice(equals + 1)]
}

/** The environment without loss; `undefined` if Node's own environment has lost nothing. */
export const rawEnvironment = (
  env: Readonly<Record<string, string | undefined>>,
): ReadonlyMap<string, string> | undefined => {
  if (!Object.values(env).some(isDamaged)) return undefined
  const entries = orElse(() => textsIn("/proc/self/environ"), undefined)
  return entries === undefined ? undefined : new Map(entries.map(splitVariable))
}

/** The value of a variable without loss; `undefined` if it is not set or empty. */
export const rawVariables =
  (env: Readonly<Record<string, string | undefined>>): ((name: string) => string | undefined) =>
  name => {
    const value = env[name]
    const raw = isDamaged(value) ? rawEnvironment(env) : undefined
    return (raw === undefined ? value : raw.get(name)) || undefined
  }
