/**
 * The same runtime for those who do not use Effect: promises and async iterators. It needs no other package; tests with `i3pm/testing` do.
 * npm refuses it with ERESOLVE in a package that has Effect 4 for itself, until its `package.json` has
 * `"overrides": { "i3pm": { "effect": "$effect" } }`, or with `--legacy-peer-deps`.
 *
 * @module
 */
export { connect } from "./promise/connect.ts"
export { CommandError, ConnectError, QuoteError, RequestError, SwayError } from "./promise/errors.ts"
export type { ConnectOptions, ListenOptions, RequestOptions, SwayClient } from "./promise/SwayClient.ts"
export type { Change, TypedEvent } from "./sway/Change.ts"
export type { CommandValue, Criteria, TextCriterion } from "./sway/Criteria.ts"
export { isWindow, type NodeFields, type NodeMatch, Tree } from "./sway/Tree.ts"
export type {
  BarConfig,
  CommandResult,
  EventName,
  Input,
  Node,
  Output,
  Payloads,
  Replies,
  Seat,
  SocketHealth,
  Version,
  Workspace,
} from "./wire.ts"
