/** `session install` and `uninstall`, killed: what they do to the sway configuration. */
import * as fs from "node:fs"
import * as Effect from "effect/Effect"
import { TEST_GID, TEST_UID } from "../support/TestUser.ts"
import type { Desk } from "./desk.ts"
import { describePairs } from "./thereAndBack.ts"

const ownConfiguration = ({ session }: Desk) =>
  Effect.sync(() => {
    const directory = `${session.configHome}/sway`
    fs.mkdirSync(directory)
    fs.writeFileSync(`${directory}/config`, "set $mod Mod4\n", { mode: 0o640 })
    for (const file of [directory, `${directory}/config`]) fs.chownSync(file, TEST_UID, TEST_GID)
  })

const [there, back] = [
  ["session", "install"],
  ["session", "uninstall"],
] as const

describePairs({
  "session install to a copy of the distribution's configuration": { there, back, prepare: () => Effect.void },
  "session install to the user's own configuration": { there, back, prepare: ownConfiguration },
})
