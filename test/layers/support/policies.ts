/** Policies of restricted sockets, as the tests have them. */
import * as Either from "effect/Either"
import { makePolicy, type PolicyOptions } from "../../../src/layers/relay/policy/makePolicy.ts"
import type { Policy } from "../../../src/layers/relay/policy/Policy.ts"

/** What a socket's policy is made from, but for the name of the socket. */
export type Restrictions = Omit<PolicyOptions, "socket">

/** The policy of a socket named `test`. A pattern that is wrong fails the test. */
export const policyOf = (options: Restrictions): Policy => Either.getOrThrow(makePolicy({ socket: "test", ...options }))

/** The example of the manual. */
export const kiosk: Restrictions = {
  requests: ["get_workspaces", "get_version"],
  events: ["workspace"],
  commands: ["workspace number *", "focus left", "mouse_warping none"],
}
