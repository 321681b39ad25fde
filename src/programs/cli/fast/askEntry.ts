/** What the daemon is asked, answered without the Effect runtime. */
export { sockets, status } from "./asked.ts"
export { socketHealth } from "./health.ts"
