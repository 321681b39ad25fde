/** Answers the commands that ask the daemon, without the Effect runtime. */
export { sockets, status } from "./asked.ts"
export { socketHealth } from "./health.ts"
