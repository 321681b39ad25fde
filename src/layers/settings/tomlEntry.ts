/** The reader of TOML, in a bundle of its own: it is loaded only if there is a settings file. */
export { parse } from "smol-toml"
