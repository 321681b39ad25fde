/**
 * Preloaded into a process (`node --require`): at each SIGUSR2 it collects all garbage and appends one line with the bytes that the
 * program still holds, in the heap and in buffers, to the file that HELD_MEMORY names. What a V8 reserves beside is not in it.
 */
const { appendFileSync } = require("node:fs")
const { setFlagsFromString } = require("node:v8")
const { runInNewContext } = require("node:vm")

setFlagsFromString("--expose-gc")
const collect = runInNewContext("gc")

process.on("SIGUSR2", () => {
  collect()
  // What the first collection has finalised is freed by the second one.
  setImmediate(() => {
    collect()
    const { external, heapUsed } = process.memoryUsage()
    appendFileSync(process.env.HELD_MEMORY, `${heapUsed + external}\n`)
  })
})
