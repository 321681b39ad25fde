// Runs the daemon and the relay on a simulated machine, with a schedule of faults from a seed: see test/simulation.
//
//   npm run simulate                        200 schedules
//   npm run simulate -- --count N           N of them
//   npm run simulate -- --minutes N         as many as run in N minutes of real time
//   npm run simulate -- --seed N            one, with all that happens; the same each time but for the line that begins with "wall:"
//   npm run simulate -- --from N            the first seed of many (default 1)
//   npm run simulate -- --mutation NAME     with a fault in the code, which has to be found: test/simulation/mutations.mjs
//
// Exit status: 0 if no promise was broken, 1 if one was, 64 for wrong usage.
import { spawn } from "node:child_process"
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { availableParallelism } from "node:os"
import { basename, join, resolve } from "node:path"
import { parseArgs } from "node:util"
import { build } from "esbuild"
import { mutations } from "../test/simulation/mutations.mjs"

const root = resolve(import.meta.dirname, "..")

const wrongUsage = message => {
  console.error(`simulate: ${message}`)
  process.exit(64)
}

const readArguments = () => {
  const text = { type: "string" }
  const options = { seed: text, from: text, count: text, minutes: text, mutation: text, workers: text }
  try {
    return parseArgs({ options }).values
  } catch (cause) {
    return wrongUsage(cause.message)
  }
}

const given = readArguments()

const numberOf = (name, fallback) => {
  const value = Number(given[name] ?? fallback)
  return value > 0 ? value : wrongUsage(`--${name} must be a number above 0, not "${given[name]}"`)
}

const mutation = given.mutation === undefined ? undefined : mutations.find(({ name }) => name === given.mutation)
if (given.mutation !== undefined && mutation === undefined) {
  wrongUsage(`there is no mutation ${given.mutation}: ${mutations.map(({ name }) => name).join(", ")}`)
}

const simulated = name => join(root, "test/simulation/node", name)

/** The layers of i3pm get the simulated machine in place of `node:fs` and `node:net`. */
const simulatedMachine = {
  name: "simulated-machine",
  setup({ onLoad, onResolve }) {
    const isLayer = importer => importer.startsWith(`${join(root, "src")}/`)
    onResolve({ filter: /^node:(fs|net)$/ }, ({ importer, path }) =>
      isLayer(importer) ? { path: simulated(`${path.slice("node:".length)}.ts`) } : undefined,
    )
    onResolve({ filter: /\/(dryConnect|pipeHandle)\.ts$/ }, ({ importer, path }) =>
      isLayer(importer) ? { path: simulated(basename(path)) } : undefined,
    )
    if (mutation === undefined) return
    onLoad({ filter: /\.ts$/ }, ({ path }) => {
      if (path !== join(root, mutation.file)) return undefined
      const parts = readFileSync(path, "utf8").split(mutation.from)
      if (parts.length !== 2) throw new Error(`${mutation.file} has ${parts.length - 1} places for ${mutation.name}`)
      return { contents: parts.join(mutation.to), loader: "ts" }
    })
  },
}

/** Bundles the simulation. A bundle of each run, so that several may run at once. */
const bundle = async directory => {
  const outfile = join(directory, "simulation.mjs")
  await build({
    entryPoints: [join(root, "test/simulation/main.ts")],
    absWorkingDir: root,
    outfile,
    bundle: true,
    platform: "node",
    target: "node20.18",
    format: "esm",
    banner: { js: `import { createRequire } from "node:module"; const require = createRequire(import.meta.url);` },
    plugins: [simulatedMachine],
    logLevel: "warning",
  })
  return outfile
}

const children = new Set()

const endOthers = () => {
  for (const child of children) child.kill("SIGTERM")
}

/** Runs one process. Gives its output, unless it goes to ours; `undefined` if it was ended since another has failed. */
const run = (file, words, stdio) =>
  new Promise((done, failed) => {
    const child = spawn(process.execPath, [file, ...words.map(String)], { stdio: ["ignore", stdio, "inherit"] })
    children.add(child)
    let output = ""
    child.stdout?.on("data", chunk => {
      output += chunk
    })
    child.on("error", failed)
    child.on("close", (code, signal) => {
      children.delete(child)
      if (signal === "SIGTERM") done(undefined)
      else if (code === 0 || code === 1) done({ code, output })
      else failed(new Error(`a simulation ended with ${signal ?? code}`))
    })
  })

const runMany = async file => {
  const count = numberOf("count", given.minutes === undefined ? 200 : Number.MAX_SAFE_INTEGER)
  const minutes = numberOf("minutes", 60)
  const from = numberOf("from", 1)
  // A fault that was put in is known: it has only to be found.
  const shortens = mutation === undefined ? 1 : 0
  const workers = Math.min(numberOf("workers", availableParallelism()), count)
  const began = performance.now()
  const outputs = await Promise.all(
    Array.from({ length: workers }, (_, index) =>
      // Each worker has its share of the seeds: those from..from+count-1 in all.
      run(file, ["many", from + index, workers, Math.ceil((count - index) / workers), minutes, shortens], "pipe").then(
        ended => {
          if (ended?.code === 1) endOthers()
          return ended
        },
      ),
    ),
  )
  const totals = outputs.flatMap(ended => {
    if (ended === undefined) return []
    const lines = ended.output.trimEnd().split("\n")
    return [{ ...JSON.parse(lines.pop()), lines }]
  })
  const sum = key => totals.reduce((all, total) => all + total[key], 0)
  const failure = totals.find(({ failed }) => failed !== undefined)
  const hours = sum("simulated") / 3_600_000
  const wall = (performance.now() - began) / 60_000
  if (failure !== undefined) console.log(failure.lines.join("\n"))
  console.log(`${sum("schedules")} schedules, ${sum("faults")} faults, ${hours.toFixed(1)} simulated hours`)
  if (failure === undefined) console.log("no promise was broken")
  const perMinute = `${(hours / wall).toFixed(0)} hours and ${(sum("faults") / wall).toFixed(0)} faults a minute`
  console.log(`wall: ${(wall * 60).toFixed(1)} s, ${perMinute}`)
  return failure === undefined ? 0 : 1
}

const directory = mkdtempSync(join(root, "node_modules/.i3pm-simulation-"))
process.on("exit", () => rmSync(directory, { recursive: true, force: true }))
for (const signal of ["SIGINT", "SIGTERM"]) {
  process.on(signal, () => {
    endOthers()
    process.exit(1)
  })
}
const file = await bundle(directory)
process.exitCode =
  given.seed === undefined ? await runMany(file) : (await run(file, ["one", numberOf("seed")], "inherit")).code
