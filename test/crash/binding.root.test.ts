/** `session bind` and `unbind`, killed. */
import * as fs from "node:fs"
import * as Effect from "effect/Effect"
import type { Desk } from "./desk.ts"
import { describePairs } from "./thereAndBack.ts"

const G = "graphical-session.target"
const unit = `[Unit]\nPartOf=${G}\nAfter=${G}\n\n[Service]\nExecStart=/bin/true\n\n[Install]\nWantedBy=${G}\n`

/** A package's unit: it is bound by a drop-in, in a directory that is made for it. */
const packaged = `[Service]\nExecStart=/bin/true\n\n[Install]\nWantedBy=${G}\n`

const boundUnits = ({ done, session }: Desk) =>
  Effect.gen(function* () {
    yield* done(["units", "install"])
    fs.writeFileSync(`${session.root}/etc/systemd/user/b.service`, packaged)
    yield* session.writeUnit("a.service", unit)
    yield* session.systemctl("enable", "a.service", "b.service")
  })

describePairs({
  "session bind": { there: ["session", "bind", "a", "b"], back: ["session", "unbind", "--all"], prepare: boundUnits },
})
