/**
 * The protocol of Sway and i3, pure: frames, the names and numbers of requests and events, and the schemas of replies and payloads.
 * Fields have the names of the wire.
 *
 * @module
 */
export { BarConfig } from "../layers/ipc/BarConfig.ts"
export { BindingEvent, type EventPayload, eventSchemas, WindowEvent, WorkspaceEvent } from "../layers/ipc/Event.ts"
export {
  encode,
  encodeUnbounded,
  type Frame,
  FrameDecoder,
  type FrameError,
  HEADER_SIZE,
  MAX_INCOMING_PAYLOAD,
  MAX_OUTGOING_PAYLOAD,
} from "../layers/ipc/Frame.ts"
export {
  EVENT_BIT,
  type EventName,
  eventNameOf,
  eventNames,
  eventTypes,
  isEventType,
  type RequestName,
  requestNames,
  requestTypes,
  swayOnlyEvents,
  swayOnlyRequests,
} from "../layers/ipc/Message.ts"
export { Node, Rect, WindowProperties } from "../layers/ipc/Node.ts"
export {
  CommandResult,
  Input,
  NoSuchBar,
  Output,
  type Reply,
  replySchemas,
  Seat,
  Workspace,
} from "../layers/ipc/Reply.ts"
export type { Version } from "../layers/ipc/Version.ts"
