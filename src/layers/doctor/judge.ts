/** All checks, in the order in which they are shown. Pure. */
import type { Judged } from "./Check.ts"
import { barSingle, wantedBar } from "./checks/barSingle.ts"
import * as bars from "./checks/bars.ts"
import * as compositor from "./checks/compositor.ts"
import { sessionCopies } from "./checks/copies.ts"
import * as daemon from "./checks/daemon.ts"
import * as manager from "./checks/manager.ts"
import * as places from "./checks/places.ts"
import { relayServices, relaySocket, relayVersion } from "./checks/relay.ts"
import { relayPath } from "./checks/relayPath.ts"
import * as session from "./checks/session.ts"
import { settings } from "./checks/settings.ts"
import * as units from "./checks/units.ts"
import * as variables from "./checks/variables.ts"
import { daemonWatchdog } from "./checks/watchdog.ts"
import type { Facts } from "./Facts.ts"

const checks: ReadonlyArray<(facts: Facts) => Judged> = [
  places.runtimeDir,
  places.controlDir,
  places.home,
  settings,
  compositor.compositor,
  compositor.compositorAnswers,
  compositor.compositorVersion,
  compositor.socketFiles,
  variables.shellSwaysock,
  variables.shellDisplay,
  variables.tmuxSwaysock,
  manager.userManager,
  manager.systemdVersion,
  manager.userBus,
  variables.managerSwaysock,
  variables.managerDisplay,
  variables.dbusSwaysock,
  units.units,
  units.unitsCurrent,
  units.unitsProgram,
  units.unitsLoaded,
  units.unitsPackage,
  daemon.daemon,
  daemon.daemonAnswers,
  daemon.daemonSingle,
  daemon.daemonVersion,
  daemon.daemonEnabled,
  daemonWatchdog,
  manager.serviceWatchdogs,
  units.cleanupTimer,
  units.cleanupRun,
  relaySocket,
  relayPath,
  relayVersion,
  relayServices,
  session.sessionTarget,
  session.sessionUnits,
  sessionCopies,
  session.sessionRunning,
  session.sessionFailed,
  session.sessionProjects,
  bars.bar,
  facts => barSingle(facts, wantedBar(facts)),
  bars.nodeVersion,
  bars.nodeStart,
]

/** Judges everything that was gathered. */
export const judge = (facts: Facts): ReadonlyArray<Judged> => checks.map(check => check(facts))
