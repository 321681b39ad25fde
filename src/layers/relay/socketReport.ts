/** What the relay says of one of its sockets. Pure. */
import type { ClientRegistry } from "./ClientRegistry.ts"
import type { ListenState } from "./keepListening.ts"
import type { SocketReport } from "./RelayReport.ts"
import type { OpenSocket } from "./RelaySockets.ts"

const states = { Starting: "starting", Listening: "listening", Waiting: "waiting", Failed: "failed" } as const

const reasonOf = (state: ListenState): string | null => {
  if (state._tag === "Failed") return state.message
  return state._tag === "Waiting" ? `${state.who} listens there` : null
}

/** The report of one socket. */
export const socketReport = ({ current, state }: OpenSocket, registry: ClientRegistry): SocketReport => ({
  name: current.name,
  path: current.path,
  restricted: current.rules.policy !== undefined,
  resync: current.rules.resync,
  state: states[state._tag],
  reason: reasonOf(state),
  clients: registry.count(current.name),
  totals: registry.totals(current.name),
})
