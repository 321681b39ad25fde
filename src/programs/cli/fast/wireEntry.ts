/** Answers the commands that ask a compositor, without the Effect runtime. */
export { msg } from "./msg.ts"
export { socket } from "./socket.ts"
