/**
 * Replies and payloads as plain types. The package has them written out, without Effect's types, for those who do not use Effect
 * (`scripts/library.mjs`).
 */
import type { SocketHealth as HealthOfConnection } from "../layers/health/SocketHealth.ts"
import type { BarConfig as BarConfigReply } from "../layers/ipc/BarConfig.ts"
import type { Payloads as EventPayloads } from "../layers/ipc/Event.ts"
import type { EventName as NameOfEvent } from "../layers/ipc/Message.ts"
import type { Node as TreeNode } from "../layers/ipc/Node.ts"
import type {
  Replies as AllReplies,
  Input as InputReply,
  Output as OutputReply,
  CommandResult as ResultOfCommand,
  Seat as SeatReply,
  Workspace as WorkspaceReply,
} from "../layers/ipc/Reply.ts"
import type { Version as VersionReply } from "../layers/ipc/Version.ts"
import type { CommandName } from "../layers/sway/requests.ts"

/** A node of the layout tree, with all nodes below it. */
export type Node = TreeNode
/** A workspace in GET_WORKSPACES. */
export type Workspace = WorkspaceReply
/** An output in GET_OUTPUTS. */
export type Output = OutputReply
/** An input device in GET_INPUTS. */
export type Input = InputReply
/** A seat in GET_SEATS. */
export type Seat = SeatReply
/** The configuration of a bar. */
export type BarConfig = BarConfigReply
/** What a compositor says of itself. */
export type Version = VersionReply
/** The result of one command. */
export type CommandResult = ResultOfCommand
/** The health of the connection, as `get_socket_health` has it. */
export type SocketHealth = HealthOfConnection
/** The name of an event. */
export type EventName = NameOfEvent
/** The reply to each request. */
export type Replies = { readonly [K in CommandName]: AllReplies[K] }
/** The payload of each event. */
export type Payloads = EventPayloads
