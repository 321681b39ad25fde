/** `i3pm init-service`: writes the package of a new service. */
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import { createDirectory } from "../../../layers/system/durable.ts"
import { denied, noSpace, systemFailure } from "../../../layers/system/errno.ts"
import { version } from "../../version.ts"
import { initService as definition } from "../catalogue/initService.ts"
import { ifNotPublished, isServiceName, servicePackage } from "../initService/servicePackage.ts"
import { note, print } from "../output/output.ts"
import { on } from "../tree/handler.ts"
import { usageError } from "../usage/UsageError.ts"

/**
 * The package could not be written, and nothing of it is left. `Exists`: there is a file or directory of that name. `NoSpace`: the disk
 * or the quota is full. `Denied`: no permission, or a read-only file system. `Other`: anything else; see `cause`.
 */
class InitServiceError extends Data.TaggedError("InitServiceError")<{
  readonly reason: "Exists" | "NoSpace" | "Denied" | "Other"
  readonly path: string
  readonly message: string
  readonly cause: unknown
}> {}

const reasons = { ...denied, ...noSpace, EEXIST: "Exists" } as const

const words = { EEXIST: "it exists already; choose another name, or move it away" }

const errorOf = (path: string) => (cause: unknown) =>
  new InitServiceError(systemFailure({ attempt: "write", path, cause, reasons, words }))

/** Makes the directory with all files, or nothing. */
const writePackage = (directory: string, files: Readonly<Record<string, string>>) =>
  Effect.filterOrFail(
    Effect.try({ try: () => createDirectory(directory, files), catch: errorOf(directory) }),
    isMade => isMade,
    () => errorOf(directory)({ code: "EEXIST" }),
  )

/** `i3pm init-service`. */
export const initService = on(definition, ({ names }) =>
  Effect.gen(function* () {
    const wrong = names.find(name => !isServiceName(name))
    if (wrong !== undefined) {
      const what = `NAME has lower-case letters, digits and hyphens, begins with a letter, and is at most 64 long, not "${wrong}"`
      return yield* usageError("BadValue", "i3pm init-service", what)
    }
    for (const name of names) {
      const files = servicePackage(name, version)
      yield* writePackage(name, files)
      yield* Effect.forEach(Object.keys(files), file => print(`${name}/${file}`))
      yield* note(`next: cd ${name} && npm install && npm test`)
    }
    yield* note(ifNotPublished(version))
  }),
)
