/** What a compositor is asked, answered without the Effect runtime. */
export { msg } from "./msg.ts"
export { socket } from "./socket.ts"
