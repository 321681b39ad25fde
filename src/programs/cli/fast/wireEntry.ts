/** Answers the commands that ask a compositor, without the Effect runtime. */
export { events } from "./events.ts"
export { msg } from "./msg.ts"
export { socket } from "./socket.ts"
