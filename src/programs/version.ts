import packageJson from "../../package.json" with { type: "json" }

/** The version of this i3pm. */
export const version: string = packageJson.version
