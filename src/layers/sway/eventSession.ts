/** One session: a connection for events that subscribes to what the subscribers want, and passes on what comes. */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as IpcClient from "../ipc/IpcClient.ts"
import type { ConnectionLost, RequestError } from "../ipc/IpcErrors.ts"
import { type EventName, swayOnlyEvents } from "../ipc/Message.ts"
import { replySchemas } from "../ipc/Reply.ts"
import { compositorName } from "../ipc/Version.ts"
import type { ConnectError, UnixSocket } from "../system/UnixSocket.ts"
import type { Connected } from "./ConnectionState.ts"
import type { Subscribers } from "./Subscribers.ts"

const decodeSuccess = Schema.decodeUnknown(Schema.parseJson(replySchemas.subscribe))

/**
 * Sends one SUBSCRIBE with one name; false if the compositor refuses it. Names are not sent together: sway before 1.9 does not
 * know `output`, and one unknown name makes it refuse the names behind it.
 */
const subscribeTo = (client: IpcClient.IpcClient, { proof }: Connected, event: EventName) =>
  Effect.gen(function* () {
    // i3 accepts any name, and then never sends an event that it does not have.
    if (compositorName(proof.version) === "i3" && swayOnlyEvents.has(event)) return false
    // No deadline: after one we would connect again, and fill the backlog of a compositor that hangs.
    const payload = yield* client.send("subscribe", JSON.stringify([event]), Duration.infinity)
    const reply = yield* Effect.either(decodeSuccess(payload.toString("utf8")))
    return Either.isRight(reply) && reply.right.success
  })

/**
 * Connects, subscribes, and also subscribes to what is wanted later. Ends when nothing is wanted any more, and fails when the
 * connection is lost. `session` is a number that no other session has.
 */
export const runSession = (
  socket: UnixSocket["Type"],
  subscribers: Subscribers,
  connected: Connected,
  session: number,
): Effect.Effect<void, ConnectError | ConnectionLost | RequestError> =>
  Effect.gen(function* () {
    const answered = new Set<EventName>()
    const refused = new Set<EventName>()
    // Runs once the connection is closed: no event comes behind it.
    yield* Effect.addFinalizer(() => Effect.sync(() => subscribers.end(session)))
    const client = yield* IpcClient.make(socket, connected.path, (event, payload) =>
      subscribers.publish(session, event, payload),
    )
    const subscribeToNew = (names: ReadonlySet<EventName>) =>
      Effect.gen(function* () {
        for (const name of names) {
          if (answered.has(name)) continue
          if (!(yield* subscribeTo(client, connected, name))) refused.add(name)
          answered.add(name)
        }
        // One that has come meanwhile is served once its own events are answered for.
        subscribers.serve(session, connected.path, refused, answered)
      })
    yield* subscribers.wanted.pipe(
      Stream.takeWhile(names => names.size > 0),
      Stream.runForEach(subscribeToNew),
      Effect.raceFirst(client.closed),
    )
  }).pipe(Effect.scoped)
