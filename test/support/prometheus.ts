/** A real Prometheus and a real node_exporter on ports of their own, as the test uid. */
import { writeFileSync } from "node:fs"
import { createServer } from "node:net"
import { join } from "node:path"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import type * as Scope from "effect/Scope"
import { type Running, spawnAs } from "./Spawn.ts"
import { HarnessError, makeScratchDir } from "./TestUser.ts"
import { eventually } from "./waiting.ts"

/** A TCP port of the loopback interface that nobody listens on. */
const freePort = Effect.async<number>(resume => {
  const server = createServer().listen(0, "127.0.0.1", () => {
    const address = server.address()
    server.close(() => resume(Effect.succeed(typeof address === "object" && address !== null ? address.port : 0)))
  })
})

/** The body of an answer of status 200. */
export const get = (url: string): Effect.Effect<string, HarnessError> =>
  Effect.tryPromise({
    try: async () => {
      const response = await fetch(url)
      const text = await response.text()
      if (!response.ok) throw new HarnessError({ message: `${url}: ${response.status}: ${text}` })
      return text
    },
    catch: cause => (cause instanceof HarnessError ? cause : new HarnessError({ message: `${url}: ${String(cause)}` })),
  })

/** Starts a server and waits until it answers at `path`. Succeeds with its address, `127.0.0.1:PORT`. */
const startServer = (
  program: string,
  args: (address: string) => ReadonlyArray<string>,
  path: string,
  runtimeDir: string,
): Effect.Effect<string, HarnessError, Scope.Scope> =>
  Effect.gen(function* () {
    const address = `127.0.0.1:${yield* freePort}`
    const server: Running = yield* spawnAs(program, args(address), { runtimeDir })
    const answer = Effect.either(get(`http://${address}${path}`))
    yield* eventually(answer, each => Either.isRight(each) || server.isGone())
    if (server.isGone()) return yield* new HarnessError({ message: `${program} ended: ${server.stderr.text()}` })
    return address
  })

/** node_exporter with the textfile collector alone. Succeeds with its address. */
export const startNodeExporter = (
  runtimeDir: string,
  directory: string,
): Effect.Effect<string, HarnessError, Scope.Scope> =>
  startServer(
    "prometheus-node-exporter",
    address => [
      "--collector.disable-defaults",
      "--collector.textfile",
      `--collector.textfile.directory=${directory}`,
      `--web.listen-address=${address}`,
    ],
    "/metrics",
    runtimeDir,
  )

/** One series of an answer, with its value at the time of the question. */
export interface Sample {
  readonly metric: Readonly<Record<string, string>>
  readonly value: readonly [at: number, value: string]
}

/** A Prometheus, or another server with its API, that answers. */
export interface Prometheus {
  readonly url: string
  /** Evaluates an expression now. Fails with what Prometheus says of one that is wrong. */
  readonly query: (expression: string) => Effect.Effect<ReadonlyArray<Sample>, HarnessError>
}

const at = (address: string): Prometheus => {
  const url = `http://${address}`
  return {
    url,
    query: expression =>
      Effect.map(
        get(`${url}/api/v1/query?query=${encodeURIComponent(expression)}`),
        (text): ReadonlyArray<Sample> => JSON.parse(text).data.result,
      ),
  }
}

/** Prometheus with these files in its directory, of which `prometheus.yml` is the configuration. */
export const startPrometheus = (
  runtimeDir: string,
  files: Readonly<Record<string, string>>,
): Effect.Effect<Prometheus, HarnessError, Scope.Scope> =>
  Effect.gen(function* () {
    const directory = yield* makeScratchDir
    for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text, { mode: 0o644 })
    const address = yield* startServer(
      "prometheus",
      address => [
        `--config.file=${directory}/prometheus.yml`,
        `--storage.tsdb.path=${directory}/data`,
        `--web.listen-address=${address}`,
      ],
      "/-/ready",
      runtimeDir,
    )
    return at(address)
  })

/** VictoriaMetrics, which receives OTLP below `/opentelemetry`, names metrics as Prometheus does, and answers its questions. */
export const startVictoriaMetrics = (runtimeDir: string): Effect.Effect<Prometheus, HarnessError, Scope.Scope> =>
  Effect.gen(function* () {
    const directory = yield* makeScratchDir
    const address = yield* startServer(
      "victoria-metrics",
      address => [
        `-storageDataPath=${directory}`,
        `-httpListenAddr=${address}`,
        "-opentelemetry.usePrometheusNaming",
        "-search.latencyOffset=0s",
      ],
      "/health",
      runtimeDir,
    )
    return at(address)
  })
