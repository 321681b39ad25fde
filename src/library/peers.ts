/**
 * Says what to install where the package does not find the Effect that it is made for. Plain Node, since it runs before Effect is loaded:
 * the build puts it in front of each entry that needs Effect (`scripts/library.mjs`).
 */
import { createRequire } from "node:module"

/** `Missing`: there is no package `effect` beside this one. `WrongMajor`: there is one, and its version is not 3. */
export class EffectVersionError extends Error {
  override readonly name = "EffectVersionError"

  constructor(
    readonly reason: "Missing" | "WrongMajor",
    what: string,
  ) {
    super(
      `i3pm needs effect 3, and ${what}: npm install effect@3 @effect/platform@0 @effect/platform-node@0 ` +
        "(i3pm/promise needs no other package, i3pm/testing does)",
    )
  }
}

const versionFound = (): string | undefined => {
  try {
    const { version }: { readonly version: string } = createRequire(import.meta.url)("effect/package.json")
    return version
  } catch {
    return undefined
  }
}

/** Throws {@link EffectVersionError} unless `effect` 3 is installed. */
export const checkEffect = (): void => {
  const version = versionFound()
  if (version === undefined) throw new EffectVersionError("Missing", "it is not installed")
  if (!version.startsWith("3.")) throw new EffectVersionError("WrongMajor", `${version} is installed`)
}
