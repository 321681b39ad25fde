/** Begins `session run`, which sway starts while the user waits for the desktop. */
export { sessionRun } from "./sessionRun.ts"
