/** The files of a new service on the library: a package with its test and its unit. Pure. */

/** What npm and systemd both take: a letter first, then letters, digits, and single hyphens between them; at most 64. */
export const isServiceName = (name: string): boolean =>
  name.length <= 64 && /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/.test(name)

const service = `/** Tells which window has the focus. Change this file: it is the service. */
import type { Change } from "i3pm/promise"

/** What the service hears. A test can make it up: an async generator will do. */
export type Changes = AsyncIterable<Change<"window">>

/** Goes on over restarts of the compositor, until the iteration is ended or the connection is closed. */
export const run = async (changes: Changes, say: (line: string) => void): Promise<void> => {
  for await (const change of changes) {
    // The state comes first, again after each restart, and whenever events were lost.
    if (change._tag === "State") say(change.reason + ": " + change.tree.windows.length + " windows")
    else if (change._tag === "Disconnected") say("sway has gone")
    else if (change.payload.change === "focus") say("focus: " + change.payload.container.name)
  }
}
`

const main = `import { connect } from "i3pm/promise"
import { run } from "./service.js"

await using sway = await connect({ wait: true })

// systemd stops a service by SIGTERM, a terminal by SIGINT. From here on they end the iteration, and what follows it is still run.
const stop = new AbortController()
for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => stop.abort())

await run(sway.changes(["window"], { signal: stop.signal }), console.log)
`

const test = `import assert from "node:assert/strict"
import { EventEmitter, once } from "node:events"
import { test } from "node:test"
import { connect } from "i3pm/promise"
import { startCompositor } from "i3pm/testing"
import { run } from "./service.js"

test("it tells the state, and each focus", { timeout: 30_000 }, async () => {
  await using compositor = await startCompositor()
  await using sway = await connect({ socket: compositor.socketPath })
  const [window] = (await sway.tree()).windows
  assert.ok(window)
  const told = new EventEmitter()
  const first = once(told, "line")
  void run(sway.changes(["window"]), line => told.emit("line", line))
  assert.match(String(await first), /^start: \\d+ windows$/)
  const second = once(told, "line")
  await sway.command\`\${{ con_id: window.id }} focus\`
  assert.equal(String(await second), "focus: " + window.name)
})
`

const unit = (name: string) => `[Unit]
Description=${name}
PartOf=sway-session.target
Requisite=sway-session.target
After=sway-session.target

[Service]
# Where this directory is. systemd has a PATH of its own: if it does not find your node, write its whole path.
ExecStart=/usr/bin/env node %h/${name}/out/main.js
Restart=on-failure

[Install]
WantedBy=sway-session.target
`

/** What to do where npm does not find i3pm. */
export const ifNotPublished = (version: string): string =>
  `if npm says E404, this i3pm is not on npm: npm install /PATH/TO/i3pm-${version}.tgz, which npm run package makes in packages/ of its clone`

const readme = (name: string, version: string) => `# ${name}

A service for Sway on i3pm/promise, the library without Effect. service.ts is what it does. Effect is there for the test alone.

\`\`\`sh
npm install
npm test         # compiles, and runs service.test.ts on i3pm's compositor for tests: no Sway is needed
npm start        # beside the running Sway
systemctl --user enable --now ~/${name}/${name}.service    # with each Sway session; see i3pm session install
\`\`\`

The last line is for this directory at ~/${name}. If it is elsewhere, write its path there, and into ExecStart of ${name}.service, which says %h for ~.

For npm install: ${ifNotPublished(version)}.

node_modules/i3pm/docs/library.md is the guide: state and events, tests, restarts in tests.
`

/** The versions of Effect are those of the library's peers: its compositor for tests needs them, the service does not. */
const packageJson = (name: string, version: string) => ({
  name,
  version: "0.1.0",
  private: true,
  type: "module",
  scripts: { build: "tsc", test: "tsc && node --test out/service.test.js", start: "node out/main.js" },
  dependencies: { i3pm: `^${version}` },
  devDependencies: {
    "@effect/platform": "^0.97.0",
    "@effect/platform-node": "^0.108.0",
    "@types/node": "^20.18.0",
    effect: "^3.22.0",
    typescript: "^5.9.0",
  },
})

const tsconfig = {
  compilerOptions: { target: "ES2022", module: "NodeNext", strict: true, types: ["node"], outDir: "out" },
  include: ["*.ts"],
}

const json = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`

/** The files of the service `name`, by their names, for i3pm of this version. */
export const servicePackage = (name: string, version: string): Readonly<Record<string, string>> => ({
  "package.json": json(packageJson(name, version)),
  "tsconfig.json": json(tsconfig),
  "service.ts": service,
  "service.test.ts": test,
  "main.ts": main,
  [`${name}.service`]: unit(name),
  "README.md": readme(name, version),
  ".gitignore": "node_modules/\nout/\n",
})
