/**
 * The units of the relay. They live as long as the user manager: the relay has to outlive the session, and its path must never be
 * missing, since a sway that is started with SWAYSOCK set to it would bind it. Pure.
 */
import { EX_USAGE } from "../../system/sysexits.ts"
import { hardening, identifier, oneHeap, reloadBySignal } from "./serviceParts.ts"
import { commandArguments, commandLine, type UnitFile } from "./UnitFile.ts"
import { relaySocketTemplate, unitNames } from "./unitNames.ts"

/** The command that runs i3pm. */
type Program = readonly [string, ...ReadonlyArray<string>]

/**
 * Fails with the reason while another process listens at the path, since systemd removes whatever file is in its way. At login
 * there is no file, and i3pm is not started for this.
 */
const checkPath = (path: string, command: ReadonlyArray<string>) =>
  `${commandLine(["/bin/sh", "-c", '[ ! -e "$0" ] || exec "$@"'])} ${path} ${commandArguments(command)}`

const socketUnit = (name: string, description: string, socket: UnitFile["sections"][string]): UnitFile => ({
  name,
  sections: {
    Unit: { Description: description },
    Socket: {
      ...socket,
      SocketMode: "0600",
      DirectoryMode: "0700",
      TimeoutSec: "10",
      ...identifier,
      ...hardening,
    },
    Install: { WantedBy: "sockets.target" },
  },
})

const mainSocket = (command: Program) =>
  socketUnit(unitNames.relaySocket, "Socket for Sway and i3 clients that stays while the compositor restarts", {
    ExecStartPre: checkPath("%t/i3pm/relay.sock", [...command, "relay", "check"]),
    // The descriptor is named after the unit. No restricted socket can have that name, since it has a dot.
    ListenStream: "%t/i3pm/relay.sock",
  })

const restrictedSocket = (command: Program) =>
  socketUnit(relaySocketTemplate, "Restricted socket %i for Sway and i3 clients", {
    ExecStartPre: `${checkPath("%t/i3pm/%i/relay.sock", [...command, "relay", "check"])} %i`,
    ListenStream: "%t/i3pm/%i/relay.sock",
    FileDescriptorName: "%i",
    Service: unitNames.relay,
  })

/** Started by the first client. Its clients lose their connections if it stops; while it restarts, new ones wait. */
const service = (command: Program): UnitFile => ({
  name: unitNames.relay,
  sections: {
    Unit: {
      Description: "Sway and i3 IPC for clients that stay connected while the compositor restarts (i3pm relay)",
      // Started by hand it gets the socket, too: otherwise systemd could not listen for it any more.
      Requires: unitNames.relaySocket,
      After: unitNames.relaySocket,
    },
    Service: {
      Type: "exec",
      ExecStart: commandLine([...command, "relay"]),
      ExecReload: reloadBySignal,
      Restart: "on-failure",
      RestartSec: "1",
      // With the same settings the next start would end the same way.
      RestartPreventExitStatus: String(EX_USAGE),
      TimeoutStopSec: "5",
      ...identifier,
      ...oneHeap,
      // Bars and keys wait for it.
      Slice: "session.slice",
      ...hardening,
    },
  },
})

/** The relay's sockets, then its service. */
export const relayUnits = (command: Program): ReadonlyArray<UnitFile> => [
  mainSocket(command),
  restrictedSocket(command),
  service(command),
]
