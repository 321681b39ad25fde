/** `units install` and `uninstall`, killed. */
import * as Effect from "effect/Effect"
import { describePairs } from "./thereAndBack.ts"

describePairs({
  "units install": { there: ["units", "install"], back: ["units", "uninstall"], prepare: () => Effect.void },
  "units install with another lifetime": {
    there: ["units", "install", "--daemon-lifetime", "manager"],
    back: ["units", "install", "--daemon-lifetime", "session"],
    prepare: ({ done }) => done(["units", "install", "--daemon-lifetime", "session"]),
  },
})
