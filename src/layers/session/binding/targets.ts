/** The targets that start units of a graphical session. */
import { unitNames } from "../../systemd/units/catalogue.ts"

/** Active in every graphical session, with any compositor (systemd.special(7)). */
export const GRAPHICAL_TARGET = "graphical-session.target"

/** Active in a Sway session only. */
export const SESSION_TARGET: string = unitNames.sessionTarget

/** Active from login on, before there is a graphical session (systemd.special(7)). */
export const LOGIN_TARGET = "default.target"
