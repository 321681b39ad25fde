/** Checks that Node is new enough. */
import packageJson from "../../../package.json" with { type: "json" }

/** Major and minor version, from `>=20.18`. */
const needed = packageJson.engines.node.replace(/^\D+/, "")

const numbersOf = (version: string): readonly [major: number, minor: number] => {
  const [major = 0, minor = 0] = version.split(".").map(Number)
  return [major, minor]
}

/** The error message for a Node of this version (`18.20.8`) at this path; `undefined` if it is new enough. */
export const tooOld = (version: string, path: string): string | undefined => {
  const [major, minor] = numbersOf(version)
  const [leastMajor, leastMinor] = numbersOf(needed)
  if (major > leastMajor || (major === leastMajor && minor >= leastMinor)) return undefined
  return `Node ${needed} or later is needed, and ${path} is Node ${version}: install a newer one (packages of i3pm: i3pm-node)`
}
