/** The relay's report with the processes of its clients. Pure. */
import type { ClientReport, RelayReport } from "../../../layers/relay/RelayReport.ts"
import type { Peer } from "../../../layers/system/socketPeers.ts"

/** A client, and its process: null where it cannot be known. */
export type NamedClient = Omit<ClientReport, "inode"> & { readonly pid: number | null; readonly name: string | null }

/** The report that the command shows. */
export type NamedRelayReport = Omit<RelayReport, "clients"> & { readonly clients: ReadonlyArray<NamedClient> }

/** Adds the processes, by the inodes of the relay's ends. */
export const withPeers = (report: RelayReport, peers: ReadonlyMap<number, Peer>): NamedRelayReport => ({
  ...report,
  clients: report.clients.map(({ id, inode, socket, ...others }) => {
    const peer = inode === null ? undefined : peers.get(inode)
    return { id, socket, pid: peer?.pid ?? null, name: peer?.name ?? null, ...others }
  }),
})
