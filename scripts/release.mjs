/**
 * Releases the version of package.json: what has to be true first, the checks and tests, the tarball with its checksums, the tag, and
 * `npm publish`. With `--dry-run` no tag is made and nothing is published, and what is not true yet is said without an end.
 *
 *   npm run release -- [--dry-run] [--skip-tests]
 */
import { execFileSync, spawnSync } from "node:child_process"
import { createHash } from "node:crypto"
import { mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { resolve } from "node:path"
import { parseArgs } from "node:util"

const OUT = "packages"

const { values } = parseArgs({ options: { "dry-run": { type: "boolean" }, "skip-tests": { type: "boolean" } } })
const isDry = values["dry-run"] === true
const skipsTests = values["skip-tests"] === true

const { name, version } = JSON.parse(readFileSync("package.json", "utf8"))
const tag = `v${version}`

const say = text => console.log(`release: ${text}`)

const fail = text => {
  console.error(`release: ${text}`)
  process.exit(1)
}

const run = (command, ...args) => {
  say(`${command} ${args.join(" ")}`)
  const { status } = spawnSync(command, args, { stdio: "inherit" })
  if (status !== 0) fail(`${command} ${args.join(" ")} failed (${status})`)
}

const output = (command, ...args) => execFileSync(command, args, { encoding: "utf8" }).trim()

/** What must be true before a version is published. */
const conditions = [
  [output("git", "status", "--porcelain") === "", "there are changes that are not committed"],
  [output("git", "tag", "--list", tag) === "", `the tag ${tag} exists already: raise the version in package.json`],
  [
    new RegExp(`^## \\[${version.replaceAll(".", "\\.")}\\] - \\d{4}-\\d\\d-\\d\\d$`, "m").test(
      readFileSync("CHANGELOG.md", "utf8"),
    ),
    `CHANGELOG.md has no date for ${version}`,
  ],
]
for (const [holds, otherwise] of conditions) if (!holds) (isDry ? say : fail)(otherwise)
if (skipsTests && !isDry) fail("--skip-tests is for --dry-run")

run("npm", "run", "--silent", "check")
if (!skipsTests) run("npm", "test")

mkdirSync(OUT, { recursive: true })
run("npm", "pack", "--silent", "--pack-destination", OUT)
// The whole path: npm takes `packages/x.tgz` for a repository of GitHub.
const tarball = resolve(OUT, `${name}-${version}.tgz`)
run("npm", "run", "--silent", "publint", "--", tarball)
run("npm", "run", "--silent", "attw", "--", tarball)
const sums = ["sha256", "sha512"].map(kind => {
  const sum = createHash(kind).update(readFileSync(tarball)).digest("hex")
  writeFileSync(`${tarball}.${kind}`, `${sum}  ${name}-${version}.tgz\n`)
  return `${kind} ${sum}`
})
for (const sum of sums) say(sum)

if (isDry) {
  say(`would tag ${tag}, and publish:`)
  run("npm", "publish", "--dry-run", "--provenance", tarball)
} else {
  run("git", "tag", "--annotate", "--message", `${name} ${version}`, tag)
  // Only a CI with an identity can prove where the tarball comes from: elsewhere npm refuses.
  run("npm", "publish", "--provenance", tarball)
  say(`published; now: git push origin ${tag}`)
}
