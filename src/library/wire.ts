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
/** The health of the connection. `source` is always `daemon`: measured on a connection that is kept, by this service itself. */
export type SocketHealth = HealthOfConnection
/** The name of an event. */
export type EventName = NameOfEvent
/** The reply to each request. */
export type Replies = Pick<AllReplies, CommandName>
/**
 * The payload of each event.
 *
 * @example
 * import type { Payloads } from "i3pm/promise"
 *
 * const isTyped = ({ first, payload }: Payloads["tick"]) => !first && payload !== ""
 * const isUrgent = ({ change, container }: Payloads["window"]) => change === "urgent" && container.urgent === true
 */
export type Payloads = EventPayloads
