/**
 * Measures decoding: a GET_TREE reply of 5 MB to a checked value, over `JSON.parse` alone (decoding.ts). The tree is the recorded one of
 * sway 1.7 with one of its windows many times.
 */
import { readFileSync } from "node:fs"
import { bundle, outputOf } from "./bundle.mjs"
import { median, show } from "./stats.mjs"
import { makeRuntimeDir, publish, start } from "./world.mjs"

const SIZE = 5_000_000

const isWindow = ({ nodes, pid }) => nodes.length === 0 && pid !== undefined

const nodesIn = node => [node, ...[...node.nodes, ...node.floating_nodes].flatMap(nodesIn)]

const largeTree = () => {
  const tree = JSON.parse(readFileSync(new URL("../test/fixtures/sway-1.7/get_tree.json", import.meta.url), "utf8"))
  const window = nodesIn(tree).find(isWindow)
  const workspace = nodesIn(tree).find(({ nodes }) => nodes.some(isWindow))
  const count = Math.ceil(SIZE / JSON.stringify(window).length)
  workspace.nodes = Array.from({ length: count }, (_, index) => ({ ...window, id: 1000 + index }))
  return JSON.stringify(tree)
}

export const decode = async quick => {
  const file = publish("tree.json", largeTree())
  const child = start(makeRuntimeDir(), process.execPath, [await bundle("decoding.ts"), file, quick ? "9" : "31"], {
    stdout: "pipe",
  })
  const { decoded, parsed } = JSON.parse(await outputOf(child))
  const ratio = median(decoded.map((time, round) => time / parsed[round]))
  return [
    {
      what: "a GET_TREE reply of 5 MB, decoded and checked / JSON.parse alone",
      measured: show(median(decoded), "ms"),
      baseline: show(median(parsed), "ms"),
      ratio,
      aim: "<= 2.5",
      met: ratio <= 2.5,
    },
  ]
}
