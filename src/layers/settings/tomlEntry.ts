/** The reader of settings files, in a bundle of its own: it is loaded only if there is one. */
export { parse } from "smol-toml"
export { fileSettingsIn } from "./fileSettings.ts"
