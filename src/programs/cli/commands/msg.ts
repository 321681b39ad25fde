/** `i3pm msg` for a person, and `-t subscribe`. A reply that is printed as JSON comes from `fast/msg.ts`. */
import * as Effect from "effect/Effect"
import * as Mailbox from "effect/Mailbox"
import * as Stream from "effect/Stream"
import * as SubscriptionRef from "effect/SubscriptionRef"
import * as IpcClient from "../../../layers/ipc/IpcClient.ts"
import { type ConnectionLost, RequestError } from "../../../layers/ipc/IpcErrors.ts"
import { type RequestName, requestNames } from "../../../layers/ipc/Message.ts"

import * as UserSettings from "../../../layers/settings/userSettings.ts"
import { commandDeadline, SocketDiscovery } from "../../../layers/sockets/SocketDiscovery.ts"

import { defaultDeadline } from "../../../layers/sway/requests.ts"
import * as SwayConnection from "../../../layers/sway/SwayConnection.ts"
import { kept, UnixSocket } from "../../../layers/system/UnixSocket.ts"
import { oneShotDiscovery } from "../../layers/discoveryLayers.ts"
import { msg as definition } from "../catalogue/connection.ts"
import * as flags from "../flags.ts"
import type { JsonReply } from "../msg/jsonValue.ts"
import { type Form, printedEvent, printedReply } from "../msg/pretty.ts"
import { type Release, releaseOf } from "../msg/release.ts"
import { parseReply, requestNamed } from "../msg/reply.ts"
import { requestFailed } from "../msg/requestFailed.ts"
import { ExitStatus, isTerminal, note, write } from "../output/output.ts"
import { preferred } from "../preferred.ts"
import { on } from "../tree/handler.ts"
import { suggestion } from "../usage/nearest.ts"
import { usageError } from "../usage/UsageError.ts"

const parse = (request: RequestName, bytes: Buffer) =>
  Effect.suspend(() => {
    const parsed = parseReply(request, bytes)
    if (parsed.ok) return Effect.succeed(parsed.reply)
    const { cause, message } = parsed
    return new RequestError({ reason: "InvalidReply", request, path: null, message, cause })
  })

interface Format {
  readonly quiet: boolean
  readonly form: Form
}

const show = ({ form, quiet }: Format, request: RequestName, reply: JsonReply, release: Release) =>
  Effect.suspend(() => {
    if (quiet) return Effect.void
    const { stderr, stdout } = printedReply(form, request, reply, release, isTerminal())
    if (stderr !== "") process.stderr.write(stderr)
    return stdout === "" ? Effect.void : write(stdout)
  })

const finish = (format: Format, request: RequestName, reply: JsonReply, release: Release) =>
  Effect.zipRight(
    show(format, request, reply, release),
    requestFailed(reply.value) ? new ExitStatus({ status: 2 }) : Effect.void,
  )

/** Subscribes on a connection of its own, since events must not come between the replies to commands. */
const subscribe = (format: Format, payload: string, forever: boolean) =>
  Effect.gen(function* () {
    const discovery = yield* SocketDiscovery
    const unixSocket = yield* UnixSocket
    const { path, proof } = yield* discovery.find({ deadline: commandDeadline, inUse: yield* preferred })
    const release = releaseOf(proof.version)
    const events = yield* Mailbox.make<Buffer, ConnectionLost>()
    const client = yield* IpcClient.make(unixSocket, path, (_event, bytes) => void events.unsafeOffer(kept(bytes)))
    const reply = yield* parse("subscribe", yield* client.send("subscribe", payload, defaultDeadline))
    if (requestFailed(reply.value)) return yield* finish(format, "subscribe", reply, release)
    // The end of the connection comes behind the events, so that what came before it is printed.
    yield* Effect.forkScoped(Effect.catchAll(client.closed, lost => events.fail(lost)))
    yield* Mailbox.toStream(events).pipe(
      forever ? stream => stream : Stream.take(1),
      Stream.mapEffect(bytes => parse("subscribe", bytes)),
      Stream.runForEach(event =>
        format.quiet ? Effect.void : write(printedEvent(format.form, event, release, isTerminal())),
      ),
    )
  }).pipe(Effect.scoped)

/** `i3pm msg`. */
export const msg = on(definition, options =>
  Effect.gen(function* () {
    const form: Form = options.raw ? "raw" : options.pretty || isTerminal() ? "pretty" : "piped"
    const format = { quiet: options.quiet, form }
    const request = requestNamed(options.type ?? "command")
    if (request === undefined) {
      if (options.quiet) return yield* new ExitStatus({ status: 1 })
      const hint = suggestion((options.type ?? "").toLowerCase(), requestNames)
      return yield* usageError(
        "BadValue",
        "i3pm msg",
        `Unknown message type ${options.type}: the types are ${requestNames.join(", ")}${hint}`,
      )
    }
    if (options.monitor && request !== "subscribe") {
      if (!options.quiet) yield* note("Monitor can only be used with -t SUBSCRIBE")
      return yield* new ExitStatus({ status: 1 })
    }
    const text = options.payload.join(" ")
    if (request === "subscribe") return yield* subscribe(format, text, options.monitor)
    const { release, reply } = yield* Effect.gen(function* () {
      const connection = yield* SwayConnection.SwayConnection
      const state = yield* SubscriptionRef.get(connection.state)
      // The connection has been proven by this reply to GET_VERSION.
      const release = releaseOf(state._tag === "Connected" ? state.proof.version : undefined)
      return { release, reply: yield* parse(request, yield* connection.send(request, text)) }
    }).pipe(Effect.provide(SwayConnection.layerOnce(yield* preferred)))
    yield* finish(format, request, reply, release)
  }).pipe(
    // With --quiet errors are not printed either; the exit status still shows them.
    Effect.catchIf(
      error => options.quiet && error._tag !== "ExitStatus" && error._tag !== "UsageError",
      () => new ExitStatus({ status: 1 }),
    ),
    Effect.provide(
      oneShotDiscovery(UserSettings.layer(flags.toSettings({ socket: options.socket })), { usesRelay: true }),
    ),
  ),
)
