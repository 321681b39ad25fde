/** Does something that only one process at a time may do. */
import { createHash } from "node:crypto"
import { createServer } from "node:net"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"

/** A name of fixed length for an abstract socket. */
const checksum = (text: string) => createHash("sha256").update(text).digest("hex").slice(0, 32)

/**
 * Runs `act` for a file while no other process of this network namespace runs one for the same file with the same content; if another one
 * does, gives none and runs nothing. The exclusion is an abstract socket, so it ends with the process, also if that is killed. Any user can
 * take the name of such a socket, so `content` has to hold something that no other user knows. Fails with what `act` throws.
 */
export const exclusively = <A>(
  { content, path }: { readonly path: string; readonly content: string },
  act: () => A,
): Effect.Effect<Option.Option<A>, unknown> =>
  Effect.async(resume => {
    const server = createServer()
    server.once("error", () => resume(Effect.succeedNone))
    server.listen(`\0i3pm-write-lock-${checksum(`${path}\0${content}`)}`, () => {
      const outcome = Either.map(Either.try(act), Option.some)
      server.close(() => resume(outcome))
    })
  })
