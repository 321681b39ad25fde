/** What several checks say of the daemon's unit. Pure. */
import { unitNames } from "../../systemd/units/catalogue.ts"
import { byHand, type Remedy } from "../Check.ts"
import type { OwnUnit } from "../Facts.ts"

/** Restarts the daemon. Not for `--fix`, since clients of the daemon lose their connection. */
export const restart: Remedy = byHand(`systemctl --user restart ${unitNames.daemon}`)

/** True if this process is the one that systemd has started. */
export const isUnits = (unit: OwnUnit | undefined, pid: number): boolean => unit?.properties["MainPID"] === String(pid)
