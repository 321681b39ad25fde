/** A control socket: lines of JSON-RPC 2.0, whose file stays in place as long as its process runs. */
import { rmdirSync } from "node:fs"
import { dirname } from "node:path"
import * as Data from "effect/Data"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import { pathOf } from "../system/rawText.ts"
import type { ConnectedClient } from "./ConnectedClient.ts"
import type { ControlledProgram } from "./ControlledProgram.ts"
import { claimControlSocket } from "./claimControlSocket.ts"
import * as JsonRpc from "./JsonRpc.ts"
import * as LineServer from "./LineServer.ts"

/** The socket file was removed or replaced, so that new clients cannot reach this process. */
export class ControlSocketLost extends Data.TaggedError("ControlSocketLost")<{
  readonly path: string
  readonly message: string
}> {}

/**
 * The time between two checks of the socket file. A check is one `stat`; without it the process could run unreachable for ever.
 */
const checkSchedule = Schedule.spaced(Duration.seconds(10))

const errorLines = {
  tooLong: JsonRpc.errorText(JsonRpc.codes.invalidRequest, "the line is longer than 64 KiB"),
  notUtf8: JsonRpc.errorText(JsonRpc.codes.parseError, "the line is not UTF-8"),
  tooMany: JsonRpc.errorText(JsonRpc.codes.internalError, "too many clients are connected"),
}

/** Waits until the socket file is gone or replaced, and fails then. */
export const untilLost = (server: LineServer.LineServer, program: ControlledProgram) =>
  server.isInPlace.pipe(
    Effect.repeat({ schedule: checkSchedule, while: inPlace => inPlace }),
    Effect.zipRight(
      new ControlSocketLost({
        path: server.path,
        message: `${server.path} was removed or replaced: clients cannot reach this ${program} any more`,
      }),
    ),
  )

/** Where to listen, and how to answer a line: see `LineServerOptions`. */
export interface ControlSocketOptions {
  readonly path: string
  readonly program: ControlledProgram
  readonly onLine: (line: string, client: ConnectedClient) => Effect.Effect<string | undefined>
}

/** Listens until the scope closes, then removes the socket file and, if it is empty, its directory. */
export const openControlSocket = ({ onLine, path, program }: ControlSocketOptions) =>
  Effect.gen(function* () {
    // Removes the directory if nothing else is in it, so that the process leaves nothing behind.
    yield* Effect.addFinalizer(() => Effect.ignore(Effect.try(() => rmdirSync(pathOf(dirname(path))))))
    yield* claimControlSocket(path, program)
    return yield* LineServer.make({ path, lines: errorLines, onLine })
  })
