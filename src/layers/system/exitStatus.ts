/** Exit statuses of sysexits(3), in which shells, systemd and monitoring see what kind of failure it was. */

/** A wrong argument or setting: to try again is of no use before somebody has changed it. */
export const EX_USAGE = 64

/** An internal error. */
export const EX_SOFTWARE = 70
