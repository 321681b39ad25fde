/** An OTLP receiver: a small HTTP server that takes what collectors take, and may be as bad as collectors can be. */
import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"

/** `ok` takes everything, `500` refuses, `hang` never answers, `endless` takes everything and never ends its answer. */
export type Behaviour = "ok" | "500" | "hang" | "endless"

interface Received {
  /** `metrics`, `traces` or `logs`. */
  readonly kind: string
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

export interface Receiver {
  /** For `OTEL_EXPORTER_OTLP_ENDPOINT`. */
  readonly url: string
  readonly received: ReadonlyArray<Received>
  /** How long each answer without an end was, in bytes, when the reader had gone. */
  readonly endless: ReadonlyArray<number>
  /** What it was sent of a kind, as JSON. */
  readonly json: (kind: "metrics" | "traces" | "logs") => string
}

/** Writes as fast as it is read, until nobody reads any more; gives how much that was. */
const writeWithoutEnd = (response: ServerResponse, done: (bytes: number) => void) => {
  const piece = Buffer.alloc(64 * 1024, " ")
  let bytes = 0
  const write = () => {
    do bytes += piece.length
    while (response.write(piece))
  }
  response.on("drain", write)
  response.on("close", () => done(bytes))
  write()
}

export const startReceiver = (behaviour: Behaviour): Effect.Effect<Receiver, never, Scope.Scope> =>
  Effect.gen(function* () {
    const received: Array<Received> = []
    const endless: Array<number> = []
    const server = createServer((request, response) => {
      const chunks: Array<Buffer> = []
      request.on("data", chunk => chunks.push(chunk))
      request.on("end", () => {
        const kind = request.url?.replace("/v1/", "") ?? ""
        received.push({ kind, headers: request.headers, body: Buffer.concat(chunks) })
        if (behaviour === "hang") return
        if (behaviour === "endless") return writeWithoutEnd(response, bytes => endless.push(bytes))
        response.statusCode = behaviour === "500" ? 500 : 200
        response.end("{}")
      })
    })
    yield* Effect.acquireRelease(
      Effect.async<void>(resume => {
        server.listen(0, "127.0.0.1", () => resume(Effect.void))
      }),
      () =>
        Effect.async<void>(resume => {
          server.close(() => resume(Effect.void))
          server.closeAllConnections()
        }),
    )
    const address = server.address()
    const port = typeof address === "object" && address !== null ? address.port : 0
    return {
      url: `http://127.0.0.1:${port}`,
      received,
      endless,
      json: kind =>
        received
          .filter(each => each.kind === kind)
          .map(({ body }) => body.toString("utf8"))
          .join("\n"),
    }
  })
