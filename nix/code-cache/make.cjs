// Makes a part of the bundle one that starts from V8's code cache: `node make.cjs DIRECTORY/PART.cjs ARGUMENTS…`
// runs the program with these arguments, which have to need the part, and what was compiled for it is in the cache. The file
// itself becomes part.cjs. Fails, and changes nothing, if the program did not need the part.
const { copyFileSync, renameSync, writeFileSync, readFileSync } = require("node:fs")
const { createRequire, wrap } = require("node:module")
const { dirname, join, resolve } = require("node:path")
const { Script } = require("node:vm")

const [given, ...args] = process.argv.slice(2)
const part = resolve(given)
const besides = suffix => part.replace(/\.cjs$/, suffix)

const script = new Script(wrap(readFileSync(part, "utf8")), { filename: part })
let isNeeded = false
process.on("exit", code => {
  if (code !== 0) return
  if (!isNeeded) {
    process.exitCode = 1
    console.error(`${part} is not needed by: ${args.join(" ")}`)
    return
  }
  writeFileSync(besides(".cache"), script.createCachedData())
  renameSync(part, besides(".code"))
  copyFileSync(join(__dirname, "part.cjs"), part)
})

const module_ = { exports: {}, id: part, filename: part, loaded: true }
script.runInThisContext().call(module_.exports, module_.exports, createRequire(part), module_, part, dirname(part))
const { exports: ofPart } = module_
// The entry finds the part there when it asks for it.
require.cache[part] = Object.defineProperty(module_, "exports", {
  get: () => {
    isNeeded = true
    return ofPart
  },
})
const main = join(dirname(part), "main.cjs")
process.argv = [process.execPath, main, ...args]
require(main)
