/** The help. */
export { help } from "./help.ts"
