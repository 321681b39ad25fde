/** Bytes that are not UTF-8, in arguments, in what sway says and in paths: i3pm hands them on as swaymsg does. */
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { startSway, swayConfig } from "../support/Desktop.ts"
import { describeWith, swayTools } from "../support/needs.ts"
import { runAs } from "../support/Spawn.ts"
import { makeRuntimeDir, makeScratchDir, stageBundle } from "../support/TestUser.ts"

/** Runs a script of bash, which can write any byte, where `i3pm` is the program. Its output is told as octal bytes by `od`. */
const bash = (
  entry: string,
  script: string,
  options: { readonly runtimeDir: string; readonly env?: Readonly<Record<string, string>> },
) =>
  runAs(
    "bash",
    ["-c", `program=("${process.execPath}" "${entry}"); i3pm() { "\${program[@]}" "$@"; }\n${script}`],
    options,
  )

const tools = [...swayTools, "node", "bash"] as const

describeWith(tools, "a name of a workspace in Latin-1", () => {
  it.scopedLive("goes to sway byte by byte, and comes back so", () =>
    Effect.gen(function* () {
      const runtimeDir = yield* makeRuntimeDir
      const entry = yield* stageBundle
      const { socketPath } = yield* startSway({ runtimeDir })
      const script = `
        swaymsg -q -- $'workspace Stra\\xdfe'
        cmp <(swaymsg -p -t get_workspaces) <(i3pm msg -p -t get_workspaces)
        i3pm msg -q -- 'workspace 1'
        i3pm msg -q -- $'workspace Stra\\xdfe'
        swaymsg -r -t get_workspaces | grep -ac '"name"'
        cmp <(swaymsg -r -t get_workspaces | grep -a '"name"') <(i3pm msg -r -t get_workspaces | grep -a '"name"')
        cmp <(swaymsg -r -t get_workspaces | grep -a '"name"') <(i3pm msg -t get_workspaces | grep -a '"name"')
        i3pm msg -r -t get_workspaces | grep -a '"name"' | od -An -c | tr -d ' \\n'`
      const { stderr, stdout } = yield* bash(entry, script, { runtimeDir, env: { SWAYSOCK: socketPath } })
      assert.deepStrictEqual([stderr, stdout], ["", `1\n"name":"Stra337e",\\n`])
    }),
  )

  it.scopedLive("is in the events and in the answer to subscribe, as far as JSON can say it", () =>
    Effect.gen(function* () {
      const runtimeDir = yield* makeRuntimeDir
      const entry = yield* stageBundle
      const { socketPath } = yield* startSway({ runtimeDir })
      // The event may come before the subscription is made: then another one does.
      const script = `
        i3pm msg -r -t subscribe '["workspace"]' > out & asker=$!
        while kill -0 $asker 2> /dev/null; do
          i3pm msg -q -- $'workspace Stra\\xdfe'; i3pm msg -q -- $'workspace \\xfc'
        done
        grep -aoP '"change":"(init|focus|empty)"' out | head -1 | wc -l
        grep -ac $'Stra\\xdfe\\|\\xfc' out`
      const { stderr, stdout } = yield* bash(entry, `cd "$HOME"; ${script}`, {
        runtimeDir,
        env: { SWAYSOCK: socketPath, LC_ALL: "C" },
      })
      assert.deepStrictEqual([stderr, stdout], ["", "1\n1\n"])
    }),
  )
})

describeWith(tools, "a configuration in Latin-1", () => {
  it.scopedLive("is printed by get_config as it is", () =>
    Effect.gen(function* () {
      const runtimeDir = yield* makeRuntimeDir
      const entry = yield* stageBundle
      const config = Buffer.from(`# Stra\xdfe, \xfcber\n${swayConfig}`, "latin1")
      const { socketPath } = yield* startSway({ runtimeDir, config })
      const script = `
        cmp <(swaymsg -p -t get_config) <(i3pm msg -p -t get_config)
        i3pm msg -p -t get_config | head -1 | od -An -c | tr -d ' \\n'`
      const { stderr, stdout } = yield* bash(entry, script, { runtimeDir, env: { SWAYSOCK: socketPath } })
      assert.deepStrictEqual([stderr, stdout], ["", "#Stra337e,374ber\\n"])
    }),
  )
})

describeWith(tools, "a runtime directory whose name is not UTF-8", () => {
  /** A sway in such a directory; `$S` is its socket. All end with the script. */
  const within = (steps: string) =>
    Effect.gen(function* () {
      const runtimeDir = yield* makeRuntimeDir
      const entry = yield* stageBundle
      const scratch = yield* makeScratchDir
      const script = `
        cd "$HOME"
        export XDG_RUNTIME_DIR=${scratch}/$'r\\xdfn' WLR_BACKENDS=headless WLR_RENDERER=pixman WLR_LIBINPUT_NO_DEVICES=1
        mkdir -m 700 "$XDG_RUNTIME_DIR"
        until_there() { until eval "$1"; do sleep 0.05; done; }
        printf '${swayConfig.replaceAll("\n", "\\n")}' > config
        sway -c config 2> /dev/null & sway=$!
        until_there 'S=$(ls "$XDG_RUNTIME_DIR"/sway-ipc.*.sock 2> /dev/null) && swaymsg -s "$S" -q -t get_version 2> /dev/null'
        ${steps}
        swaymsg -s "$S" -q exit 2> /dev/null
        wait`
      const finished = yield* bash(entry, script, { runtimeDir })
      return { ...finished, scratch }
    })

  it.scopedLive("is searched, and its socket is printed with its bytes, and in JSON with U+FFFD", () =>
    Effect.gen(function* () {
      const { scratch, stderr, stdout } = yield* within(`
        cmp <(printf '%s\\n' "$S") <(i3pm socket) && echo same
        cmp <(printf '%s\\n' "$S") <(i3pm socket --socket "$S") && echo same
        cmp <(printf '%s\\n' "$S") <(SWAYSOCK=$S XDG_RUNTIME_DIR=/nowhere i3pm socket) && echo same
        ln -s "$S" $'l\\xefnk'; cmp <(printf 'l\\xefnk\\n') <(i3pm socket --socket $'l\\xefnk') && echo same
        i3pm msg -p -t get_version | cut -c-12
        i3pm socket --json
        i3pm cleanup --json | grep -c '"live"'`)
      const [json, ...others] = stdout.split("\n").filter(line => line.startsWith("{"))
      assert.deepStrictEqual(others, [])
      assert.match(JSON.parse(json ?? "").path, new RegExp(`^${scratch}/r\ufffdn/sway-ipc\\.\\d+\\.\\d+\\.sock$`))
      assert.deepStrictEqual(
        stdout.split("\n").filter(line => !line.startsWith("{")),
        ["same", "same", "same", "same", "sway version", "1", ""],
      )
      assert.strictEqual(stderr, "")
    }),
  )

  it.scopedLive("has a daemon that answers there and leaves nothing behind", () =>
    Effect.gen(function* () {
      const { scratch, stderr, stdout } = yield* within(`
        (exec "\${program[@]}" daemon) 2> log & daemon=$!
        until_there 'i3pm diagnose socket-health --json 2> /dev/null | grep -q "\\"source\\": \\"daemon\\""'
        until_there 'i3pm diagnose socket-health --json > health'
        cat health
        stat -c %a "$XDG_RUNTIME_DIR"/i3-project-daemon "$XDG_RUNTIME_DIR"/i3-project-daemon/ipc.sock >&2
        kill $daemon; wait $daemon; echo ended with $? >&2
        test ! -e "$XDG_RUNTIME_DIR"/i3-project-daemon || echo "its directory is left" >&2`)
      const health = JSON.parse(stdout)
      assert.deepInclude(health, { status: "healthy", source: "daemon" })
      assert.match(health.socket_path, new RegExp(`^${scratch}/r\ufffdn/sway-ipc`))
      assert.strictEqual(stderr, "700\n600\nended with 0\n")
    }),
  )

  it.scopedLive("does not hide that a connection waits at a stopped sway already", () =>
    Effect.gen(function* () {
      const { stdout } = yield* within(`
        kill -STOP $sway
        for round in 1 2 3; do i3pm socket 2> /dev/null; done
        LC_ALL=C grep -ac " 0 $S$" /proc/net/unix
        kill -CONT $sway`)
      assert.strictEqual(stdout, "1\n")
    }),
  )

  it.scopedLive("is a reason to refuse what systemctl would be needed for", () =>
    Effect.gen(function* () {
      const { stderr } = yield* within("i3pm diagnose session; echo $? >&2")
      assert.match(stderr, /^i3pm: cannot run systemctl: XDG_RUNTIME_DIR holds bytes that are not UTF-8 .*\n1\n$/)
    }),
  )

  it.scopedLive("may hold the settings, too", () =>
    Effect.gen(function* () {
      const { stderr } = yield* within(`
        mkdir -p $'c\\xdf/i3pm'
        echo 'nothing = "1"' > $'c\\xdf/i3pm/config.toml'
        XDG_CONFIG_HOME=$PWD/$'c\\xdf' i3pm socket
        echo $? >&2
        XDG_CONFIG_HOME=$PWD/$'c\\xdf' i3pm diagnose socket-health --json
        echo $? >&2`)
      assert.match(stderr, /^(i3pm: unknown setting nothing in \S+\/c\S+\/i3pm\/config\.toml; .*\n64\n){2}$/)
    }),
  )

  it.scopedLive("may be where a result is written", () =>
    Effect.gen(function* () {
      const { stderr, stdout } = yield* within(`
        mkdir $'o\\xdf'; ln -s $'o\\xdf/f\\xefle' link
        i3pm diagnose socket-health --output link --format json 2> /dev/null; cd $'o\\xdf'
        ls | od -An -c | tr -d ' \\n'; grep -c healthy f*`)
      assert.deepStrictEqual([stderr, stdout], ["", "f357le\\n1\n"])
    }),
  )
})
