/** Exit statuses of sysexits(3), by which scripts, systemd and monitoring tell failures apart. */

/** A wrong argument or setting. Trying again without changing it does not help. */
export const EX_USAGE = 64

/** An internal error. */
export const EX_SOFTWARE = 70
