/** The README's lines that put the completions into a home: run in each shell, which then completes a typed word. */
import * as fs from "node:fs"
import { fileURLToPath } from "node:url"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { BASH_COMPLETION, describeWith, type Tool } from "../../../support/needs.ts"
import { runAs } from "../../../support/Spawn.ts"
import { makeRuntimeDir, makeScratchDir, stageBundle } from "../../../support/TestUser.ts"
import { startOnTerminal } from "../../../support/terminal.ts"
import { eventually } from "../../../support/waiting.ts"

const readme = fs.readFileSync(fileURLToPath(new URL("../../../../README.md", import.meta.url)), "utf8")

/** The block of lines, as it is copied into a shell. */
const [lines = ""] = [...readme.matchAll(/^```sh\n([\s\S]*?)^```/gm)]
  .map(([, block = ""]) => block)
  .filter(block => block.includes("--completions"))

/** How a shell is started, the file that it reads then, and the text of that: it shows READY when it takes a line. */
const shells: ReadonlyArray<{
  readonly tools: ReadonlyArray<Tool>
  readonly command: readonly [shell: string, ...args: ReadonlyArray<string>]
  readonly file: string
  readonly text: string
}> = [
  {
    tools: ["bash", "bash-completion"],
    command: ["bash", "-i"],
    file: ".bashrc",
    text: `source ${BASH_COMPLETION}\nPS1='READY> '\n`,
  },
  {
    tools: ["zsh"],
    command: ["zsh", "-i"],
    file: ".zshrc",
    text: "fpath+=~/.zfunc\nautoload -Uz compinit\ncompinit -u -D\nPROMPT='READY> '\n",
  },
  {
    tools: ["fish"],
    command: ["fish", "-i"],
    file: ".config/fish/config.fish",
    text: "function fish_prompt; echo 'READY> '; end\n",
  },
]

for (const { command, file, text, tools } of shells) {
  const [shell] = command
  describeWith([...tools, "setpriv", "python3", "node"], `the README's completions for ${shell}`, () => {
    it.scopedLive("are found once its lines have run", () =>
      Effect.gen(function* () {
        const entry = yield* stageBundle
        const runtimeDir = yield* makeRuntimeDir
        const home = yield* makeScratchDir
        const env = {
          HOME: home,
          PATH: `${home}/.local/bin:/usr/bin:/bin`,
          FILE: `${home}/${file}`,
          TEXT: text,
          PROGRAM: `#!/bin/sh\nexec ${process.execPath} ${entry} "$@"\n`,
        }
        const prepare = `mkdir -p ~/.local/bin "$(dirname "$FILE")"
          printf '%s' "$TEXT" >"$FILE"
          printf '%s' "$PROGRAM" >~/.local/bin/i3pm && chmod +x ~/.local/bin/i3pm`
        assert.strictEqual((yield* runAs("sh", ["-c", prepare], { runtimeDir, env })).code, 0)
        const put = yield* runAs(shell, ["-c", lines], { runtimeDir, cwd: home, env })
        assert.deepStrictEqual([put.code, put.stdout, put.stderr], [0, "", ""])
        const { terminal } = yield* startOnTerminal(
          command,
          { columns: 100, rows: 30 },
          { runtimeDir, cwd: home, env: { ...env, TYPED: "i3pm diag\t", TYPED_AFTER: "READY> " } },
        )
        yield* eventually(Effect.sync(terminal.stdout.text), shown => shown.includes("diagnose"))
      }),
    )
  })
}

it("the README has one block with such lines", () => {
  assert.isNotEmpty(lines)
})
