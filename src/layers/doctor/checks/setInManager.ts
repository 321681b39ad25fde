/** The command that sets variables for services. Pure. */
import * as Either from "effect/Either"
import { type Remedy, safely } from "../Check.ts"
import type { Facts } from "../Facts.ts"

/** Sets variables: entries are `NAME=VALUE`. */
export const setInManager = (facts: Facts, entries: ReadonlyArray<string>): Remedy => {
  // dbus-update-activation-environment sets the variable in D-Bus and in systemd.
  return facts.tools.has("dbus-update-activation-environment") && Either.isRight(facts.bus)
    ? safely(["dbus-update-activation-environment", "--systemd", ...entries])
    : safely(["systemctl", "--user", "set-environment", ...entries])
}
