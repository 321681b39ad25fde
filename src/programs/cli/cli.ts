/** Runs a command line: through the tree of `@effect/cli`, which is made from the catalogue and the handlers of the commands. */
import * as CliConfig from "@effect/cli/CliConfig"
import * as CommandDescriptor from "@effect/cli/CommandDescriptor"
import * as Effect from "effect/Effect"
import { layerQuiet } from "../process/logger.ts"
import { version } from "../version.ts"
import { root, tree } from "./catalogue/root.ts"
import { bar } from "./commands/bar.ts"
import { cleanup } from "./commands/cleanup.ts"
import { daemon } from "./commands/daemon.ts"
import { diagnoseRelay } from "./commands/diagnoseRelay.ts"
import { diagnoseSession } from "./commands/diagnoseSession.ts"
import { doctor } from "./commands/doctor.ts"
import { events } from "./commands/events.ts"
import { initService } from "./commands/initService.ts"
import { msg } from "./commands/msg.ts"
import { relay } from "./commands/relay.ts"
import { relayCheck, relayEnv } from "./commands/relayEnv.ts"
import { sessionBind } from "./commands/sessionBind.ts"
import { sessionInstall, sessionUninstall } from "./commands/sessionInstall.ts"
import { sessionRun } from "./commands/sessionRun.ts"
import { sessionUnbind } from "./commands/sessionUnbind.ts"
import { simulate } from "./commands/simulate.ts"
import { socket } from "./commands/socket.ts"
import { socketHealth } from "./commands/socketHealth.ts"
import { sockets } from "./commands/sockets.ts"
import { status } from "./commands/status.ts"
import { unitsInstall, unitsPrint, unitsUninstall } from "./commands/units.ts"
import { completionScript } from "./completions/render.ts"
import { print, terminalWidth, write } from "./output/output.ts"
import { wantsColour } from "./output/wantsColour.ts"
import { nameOf } from "./tree/CommandSpec.ts"
import { toDescriptor } from "./tree/toDescriptor.ts"
import { helpOf } from "./usage/help.ts"
import type { Request } from "./usage/request.ts"
import { UsageError } from "./usage/UsageError.ts"

const descriptor = toDescriptor(root, [
  bar,
  cleanup,
  daemon,
  diagnoseRelay,
  diagnoseSession,
  doctor,
  events,
  initService,
  msg,
  relay,
  relayCheck,
  relayEnv,
  sessionBind,
  sessionInstall,
  sessionRun,
  sessionUnbind,
  sessionUninstall,
  simulate,
  socket,
  socketHealth,
  sockets,
  status,
  unitsInstall,
  unitsPrint,
  unitsUninstall,
])

/**
 * Runs a command through the tree. The reader (`usage/request.ts`) has checked the words, so an error of the tree is a defect.
 */
const run = (words: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const directive = yield* Effect.orDie(
      CommandDescriptor.parse(descriptor, [root.name, ...words], CliConfig.defaultConfig),
    )
    return directive._tag === "UserDefined" ? yield* directive.value() : yield* Effect.die(directive)
  })

/** Does what a command line asks for. Fails with {@link UsageError} if its usage is wrong. */
export const cli = (request: Request) =>
  Effect.gen(function* () {
    switch (request._tag) {
      case "Wrong": {
        const { command, message, reason } = request
        return yield* new UsageError({ reason, command: nameOf(command), message })
      }
      case "Help":
        return yield* write(helpOf(request.command, { width: terminalWidth(), bold: yield* wantsColour }))
      case "Version":
        return yield* print(version)
      case "Completions":
        return yield* write(completionScript(request.shell, tree, version))
      case "Run":
        return yield* run(request.words)
    }
  }).pipe(Effect.provide(layerQuiet))
