/**
 * Measures nothing: a compositor that knows GET_VERSION and a GET_TREE of as many windows as the last argument says, in the size and
 * with the fields of sway 1.7. The first argument is its socket.
 */
import { createServer } from "node:net"
import { frame, requests } from "./wire.mjs"

const [, , path, windows] = process.argv

const rect = { x: 0, y: 0, width: 1280, height: 720 }

const node = (id, type, name, nodes, more = {}) => ({
  id,
  type,
  orientation: "none",
  percent: 0.5,
  urgent: false,
  marks: [],
  layout: "splith",
  border: "normal",
  current_border_width: 2,
  rect,
  deco_rect: rect,
  window_rect: rect,
  geometry: rect,
  name,
  window: null,
  nodes,
  floating_nodes: [],
  focus: nodes.map(each => each.id),
  fullscreen_mode: 0,
  sticky: false,
  ...more,
})

const view = (_, index) =>
  node(index + 10, "con", `~/projects/i3pm: window ${index} — terminal`, [], {
    pid: 1000 + index,
    app_id: "org.codeberg.dnkl.foot",
    visible: index === 0,
    max_render_time: 0,
    shell: "xdg_shell",
    inhibit_idle: false,
    idle_inhibitors: { user: "none", application: "none" },
  })

const workspace = node(3, "workspace", "1", Array.from({ length: Number(windows) }, view), {
  num: 1,
  output: "HEADLESS-1",
})
const tree = node(1, "root", "root", [node(2, "output", "HEADLESS-1", [workspace])])
const version = { human_readable: "1.7", variant: "sway", major: 1, minor: 7, patch: 0, loaded_config_file_name: "" }
const replies = { 4: JSON.stringify(tree), 7: JSON.stringify(version) }

createServer(client => {
  client.on("error", () => {})
  client.on(
    "data",
    requests(type => client.write(frame(type, replies[type] ?? "[]"))),
  )
}).listen(path)
