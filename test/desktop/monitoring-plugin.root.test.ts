/** The definitions for Nagios and Icinga, read by Nagios and Icinga. Root: Icinga changes to its own user. */
import { chmodSync, cpSync, writeFileSync } from "node:fs"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { describeWith } from "../support/needs.ts"
import { runAs } from "../support/Spawn.ts"
import { makeRuntimeDir, makeScratchDir } from "../support/TestUser.ts"

const documented = (name: string) => new URL(`../../docs/monitoring/${name}`, import.meta.url).pathname

/** A directory with these files and a copy of the documented one, for a program that runs as another user. */
const configure = (name: string, files: Readonly<Record<string, string>>) =>
  Effect.map(makeScratchDir, directory => {
    cpSync(documented(name), `${directory}/${name}`)
    for (const [file, text] of Object.entries(files)) {
      writeFileSync(`${directory}/${file}`, text.replaceAll("DIRECTORY", directory))
    }
    chmodSync(directory, 0o777)
    return directory
  })

const run = (program: string, args: ReadonlyArray<string>) =>
  Effect.flatMap(makeRuntimeDir, runtimeDir => runAs(program, args, { runtimeDir, asRoot: true }))

/** A server, and a machine with its agent. The other host has no session to check. */
const icinga = `include <itl>
object Endpoint NodeName { }
object Zone "master" { endpoints = [ NodeName ] }
object Endpoint "kiosk-001" { }
object Zone "kiosk" { endpoints = [ "kiosk-001" ], parent = "master" }
object Host "kiosk-001" { zone = "master", check_command = "dummy", vars.i3pm_user = "kiosk" }
object Host "printer" { zone = "master", check_command = "dummy" }
include "icinga2.conf"
`

const nagios = `cfg_file=DIRECTORY/nagios.cfg
cfg_file=DIRECTORY/objects.cfg
check_result_path=DIRECTORY
log_file=DIRECTORY/nagios.log
temp_path=DIRECTORY
illegal_macro_output_chars=\`~$&|'"<>
`

/** What a configuration of Nagios must have, with a machine that uses the template. */
const objects = `define timeperiod {
  timeperiod_name 24x7
  alias           always
  monday          00:00-24:00
}
define command {
  command_name nothing
  command_line /bin/true
}
define contact {
  contact_name                  admin
  service_notification_commands nothing
  host_notification_commands    nothing
  service_notification_period   24x7
  host_notification_period      24x7
}
define host {
  host_name           kiosk-001
  address             127.0.0.1
  max_check_attempts  1
  check_period        24x7
  notification_period 24x7
  contacts            admin
}
define service {
  use       i3pm
  host_name kiosk-001
  contacts  admin
}
`

describeWith(["icinga2"], "Icinga", () => {
  it.scopedLive("accepts the definition, and checks the one host with a session", () =>
    Effect.gen(function* () {
      const directory = yield* configure("icinga2.conf", { "main.conf": icinga })
      const state = yield* configure("icinga2.conf", {})
      const own = ["DataDir", "CacheDir", "LogDir"].flatMap(each => ["-D", `Configuration.${each}=${state}`])
      const args = ["daemon", "-C", "-c", `${directory}/main.conf`, "-D", "NodeName=server", ...own]
      const { code, stdout } = yield* run("icinga2", args)
      assert.strictEqual(code, 0, stdout)
      assert.match(stdout, /Instantiated 1 Service\./)
      assert.notMatch(stdout, /warning\/|critical\//)
    }),
  )
})

describeWith(["nagios4"], "Nagios", () => {
  it.scopedLive("accepts the definition without a warning", () =>
    Effect.gen(function* () {
      const directory = yield* configure("nagios.cfg", { "main.cfg": nagios, "objects.cfg": objects })
      const { code, stdout } = yield* run("nagios4", ["-v", `${directory}/main.cfg`])
      assert.strictEqual(code, 0, stdout)
      assert.match(stdout, /Checked 1 services/)
      assert.match(stdout, /Total Warnings: 0\nTotal Errors: +0/)
    }),
  )
})
