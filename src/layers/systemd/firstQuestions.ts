/** What `session run` asks before anything else: that systemd and D-Bus answer. Pure, no Effect runtime: the CLI's fast path uses it. */

/** The arguments of systemctl for the user manager's environment. */
export const environmentArguments: ReadonlyArray<string> = [
  ...["--user", "--no-pager"],
  ...["show-environment", "--output=json"],
]

/** The arguments of busctl for a call of the session bus itself (D-Bus specification, "Message Bus Messages"). */
export const busArguments = (method: string, ...args: ReadonlyArray<string>): ReadonlyArray<string> => [
  ...["--user", "--quiet", "call"],
  ...["org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", method, ...args],
]

/** Any bus answers it. */
export const BUS_QUESTION = "GetId"
