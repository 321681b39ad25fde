/** The targets that a unit of a graphical session hangs on. */
import { unitNames } from "../../systemd/units/catalogue.ts"

/** Up in every graphical session, whichever compositor runs (systemd.special(7)). */
export const GRAPHICAL_TARGET = "graphical-session.target"

/** Up in a session of Sway only. */
export const SESSION_TARGET: string = unitNames.sessionTarget

/** Up as soon as the user has logged in, before there is any session (systemd.special(7)). */
export const LOGIN_TARGET = "default.target"
