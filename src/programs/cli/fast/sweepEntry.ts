/** A sweep that finds nothing to remove, without the Effect runtime. */
export { cleanup } from "./cleanup.ts"
