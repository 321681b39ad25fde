/** What messages say that more than one test looks for: each wording is written down once, here. */

/** A wording as a part of a regular expression. */
export const literally = (text: string): string => text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, "\\$&")

/** No daemon runs. */
export const notRunning = "the daemon is not running"
export const howToStart = "(i3pm doctor says how to start it)"

/** The one line on stderr where no daemon runs, with its newline. */
export const noDaemonHint: RegExp = new RegExp(`^i3pm: ${notRunning}: .*${literally(howToStart)}\\n$`)

/** A daemon that was not asked in vain, but not answered either. */
export const notInTime = "the daemon did not answer in time"

/** What listens at the control socket is no daemon. */
export const noJsonRpc = "does not speak JSON-RPC 2.0"

/** Where no compositor was found, and where only a named socket was looked at. */
export const noSocketFound = "no Sway or i3 socket found"
export const noOtherChecked = "no other socket was checked"

/** A runtime directory that is not trusted. */
export const openToOthers = "can be written by others"

/** Verdicts on sockets. */
export const noProcess = (pid: number): string => `no listener, and process ${pid} does not exist`
export const ofUid = (uid: number): string => `it belongs to uid ${uid}`
export const beingTraced = (pid: number, by: number | undefined): string => `(pid ${pid}) is being traced by pid ${by}`

/** A compositor that answers its old connections alone. */
export const acceptsNoNew = "accepted no new one since"

/** Why a unit is taken for one of Sway's, or for the one that starts the session. */
export const commandSays = (word: string): string => `its command says ${word}`
export const commandStarts = "its command starts the compositor"
export const compositorInUnit = "the compositor runs in it"

/** Neither a manager nor a bus. */
export const noUserManager = "there is no systemd user manager"

/** The service manager cannot be reached. */
export const cannotNotify = "cannot notify the service manager"

/** sway refuses a configuration that was wrong before i3pm came. */
export const wrongBefore = "an error that was there before"

/** Settings. */
export const reloadFailed = "reload failed, keeping the old settings"
export const tooLarge = "has 50000000 bytes, and at most 1048576 are read"
export const notAbsolute = "must be an absolute path, one that begins with /"

/** Command lines. */
export const givenTwice = (option: string): string => `${option} was given twice`
export const socketOfDaemon = "give --socket to the daemon instead"

/** A full disk behind stdout. */
export const stdoutFull = "cannot write to stdout: no space left on device"
