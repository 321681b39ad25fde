// Changes the code in many small ways, one at a time, and runs the tests: those that no test notices survive. See test/mutation.
//
//   npm run mutation                   all parts of test/mutation/parts.mjs, and the named mutations
//   npm run mutation -- PART…          these alone; `named` are the mutations of test/mutation/named.mjs
//   npm run mutation -- --list         the parts
//   npm run mutation -- --workers N    so many at the same time (default: 2)
//   npm run mutation -- --progress     says every ten seconds how far it is
//
// Exit status: 0 if each survivor is listed with its reason in test/mutation/survivors.json, 1 otherwise, 64 for wrong usage.
import { spawn } from "node:child_process"
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { setPriority } from "node:os"
import { join, relative, resolve } from "node:path"
import { fileURLToPath } from "node:url"
import { parseArgs } from "node:util"
import { describe, judge, withoutReason } from "../test/mutation/judge.mjs"
import { named } from "../test/mutation/named.mjs"
import { parts } from "../test/mutation/parts.mjs"

const root = resolve(import.meta.dirname, "..")
const configFile = "test/mutation/vitest.config.mjs"
const survivorsFile = "test/mutation/survivors.json"

const wrongUsage = message => {
  console.error(`mutation: ${message}`)
  process.exit(64)
}

const readArguments = () => {
  try {
    return parseArgs({
      options: { list: { type: "boolean" }, progress: { type: "boolean" }, workers: { type: "string" } },
      allowPositionals: true,
    })
  } catch (cause) {
    return wrongUsage(cause.message)
  }
}

/** The mutants of these files, or of lines in them (`FILE:LINE-LINE`), under Stryker, in a copy of the checkout. */
const tried = async (part, mutate, workers) => {
  const { Stryker } = await import("@stryker-mutator/core")
  // By a variable and not by Stryker's own `testFiles`: with these it activates a mutant only after the modules are loaded.
  process.env["I3PM_MUTATION_TESTS"] = part.tests.join(" ")
  process.env["I3PM_WAIT_LIMIT"] = "6000"
  return new Stryker({
    mutate,
    testRunner: "vitest",
    plugins: [fileURLToPath(import.meta.resolve("@stryker-mutator/vitest-runner"))],
    vitest: { configFile, related: false },
    concurrency: workers,
    tempDirName: ".artifacts/mutation",
    ignorePatterns: ["/.artifacts", "/bench", "/dist", "/docs", "/examples", "/nix", "/packages", "/packaging"],
    reporters: values.progress ? ["progress-append-only"] : [],
    logLevel: "error",
    timeoutMS: 10_000,
  }).runMutationTest()
}

const linesOf = ({ fileName, location: { end, start } }) =>
  `${relative(root, resolve(root, fileName))}:${start.line}-${end.line}`

const keyOf = mutant => JSON.stringify([linesOf(mutant), mutant.location, mutant.mutatorName, mutant.replacement])

/** For such a mutant no test has run, though there are some. */
const isUntried = ({ status, testsCompleted = 0 }) => status === "Survived" && testsCompleted === 0

/** The mutants of a part. */
const runPart = async (part, entries, workers) => {
  const first = await tried(part, part.mutates, workers)
  const untried = first.filter(isUntried)
  // The process that Stryker starts after a mutant without end reports that all tests passed, and has run none.
  const again = untried.length === 0 ? [] : await tried(part, [...new Set(untried.map(linesOf))], 1)
  const second = new Map(again.map(mutant => [keyOf(mutant), mutant]))
  const results = first.map(mutant => (isUntried(mutant) ? (second.get(keyOf(mutant)) ?? mutant) : mutant))
  const left = results.filter(isUntried)
  if (left.length > 0) throw new Error(`no test was run for ${left.map(linesOf).join(", ")}`)
  const texts = new Map(part.mutates.map(file => [file, readFileSync(join(root, file), "utf8")]))
  const mutants = results.map(result => {
    const fileName = relative(root, resolve(root, result.fileName))
    return describe({ ...result, fileName }, texts.get(fileName) ?? "")
  })
  return judge(mutants, entries)
}

const shown = ({ at, code, file, line, mutator, status, to }) =>
  `  ${file}:${at} ${status}: ${code} → ${to}\n    ${JSON.stringify({ file, line, mutator, code, to, reason: "" })},`

/** The last lines of the report: what a person has to do. */
const reportPart = ({ name }, judged) => {
  const { killed, mutants, obsolete, score, survived, unlisted } = judged
  console.log(`${name}: ${mutants} mutants, ${killed} killed, ${survived} survived: ${score.toFixed(1)} %`)
  if (unlisted.length > 0) console.log(`no test notices these, and ${survivorsFile} does not say why:`)
  for (const mutant of unlisted) console.log(shown(mutant))
  if (obsolete.length > 0) console.log(`these do not survive any more, remove them from ${survivorsFile}:`)
  for (const entry of obsolete) console.log(`  ${JSON.stringify(entry)}`)
}

const rowOf = ({ name, what }, { killed, mutants, score, survived }) =>
  `| \`${name}\`: ${what} | ${mutants} | ${killed} | ${survived} | ${score.toFixed(1)} % |`

/** The outcome of one test with a named mutation in the code: vitest's own JSON report. */
const runNamed = ({ fails, name, test }, directory) =>
  new Promise((done, failed) => {
    const report = join(directory, `${name}.json`)
    const title = fails.replaceAll(/[^\w ]/g, "\\$&")
    const words = ["run", "--config", configFile, "--reporter=json", `--outputFile=${report}`, "-t", title]
    const env = { ...process.env, I3PM_MUTATION: name, I3PM_MUTATION_TESTS: test }
    const vitest = join(root, "node_modules/vitest/vitest.mjs")
    const child = spawn(process.execPath, [vitest, ...words], { cwd: root, env, stdio: ["ignore", "ignore", "pipe"] })
    let errors = ""
    child.stderr.on("data", chunk => {
      errors += chunk
    })
    child.on("error", failed)
    child.on("close", () => {
      try {
        done(JSON.parse(readFileSync(report, "utf8")))
      } catch {
        failed(new Error(`the test of ${name} has not run: ${errors}`))
      }
    })
  })

/** Why a named mutation was not found; `undefined` if it was. */
const faultOfNamed = async (mutation, directory) => {
  const { fails, file, from, test } = mutation
  const places = readFileSync(join(root, file), "utf8").split(from).length - 1
  if (places !== 1) return `${file} has ${places} places for it: change test/mutation/named.mjs with the code`
  const { testResults } = await runNamed(mutation, directory)
  const found = testResults.flatMap(({ assertionResults }) => assertionResults).find(({ title }) => title === fails)
  if (found === undefined) return `there is no test "${fails}" in ${test}`
  return found.status === "failed" ? undefined : `"${fails}" still passes`
}

const runAllNamed = async () => {
  const directory = mkdtempSync(join(root, "node_modules/.i3pm-mutation-"))
  try {
    const faults = await Promise.all(named.map(mutation => faultOfNamed(mutation, directory)))
    for (const [index, { name, what }] of named.entries()) {
      const fault = faults[index]
      console.log(fault === undefined ? `${name}: found` : `${name}: not found: ${what}; ${fault}`)
    }
    return faults.every(fault => fault === undefined)
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

const { positionals, values } = readArguments()
const names = [...parts.map(({ name }) => name), "named"]
const unknown = positionals.find(name => !names.includes(name))
if (unknown !== undefined) wrongUsage(`there is no part ${unknown}, only ${names.join(", ")}`)
const workers = Number(values.workers ?? 2)
if (!Number.isInteger(workers) || workers < 1)
  wrongUsage(`--workers must be a whole number above 0, not "${values.workers}"`)

const isWanted = name => positionals.length === 0 || positionals.includes(name)

const main = async () => {
  process.chdir(root)
  const entries = JSON.parse(readFileSync(join(root, survivorsFile), "utf8"))
  const unreasoned = withoutReason(entries)
  for (const entry of unreasoned) console.log(`no reason in ${survivorsFile}: ${JSON.stringify(entry)}`)
  let isGood = unreasoned.length === 0
  if (isWanted("named")) isGood = (await runAllNamed()) && isGood
  // What follows takes long: others go first.
  setPriority(15)
  const rows = []
  for (const part of parts.filter(({ name }) => isWanted(name))) {
    const judged = await runPart(part, entries, workers)
    reportPart(part, judged)
    rows.push(rowOf(part, judged))
    isGood = isGood && judged.unlisted.length === 0 && judged.obsolete.length === 0
  }
  if (rows.length > 0) console.log(`\n${rows.join("\n")}`)
  return isGood ? 0 : 1
}

if (values.list) for (const { name, what } of parts) console.log(`${name.padEnd(12)} ${what}`)
else process.exitCode = await main()
