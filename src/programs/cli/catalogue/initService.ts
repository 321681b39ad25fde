/** The start of a service of one's own. Pure. */
import { leaf, oneOrMore } from "../tree/define.ts"
import { text } from "../tree/valueSpec.ts"

/** `i3pm init-service`. */
export const initService = leaf({
  name: "init-service",
  description:
    "Write the package of a new service into the directory NAME: TypeScript on i3pm's library without Effect (i3pm/promise), a test " +
    "that needs no Sway, and a unit for sway-session.target.",
  examples: [{ note: "then npm install && npm test in it", line: "i3pm init-service window-log" }],
  options: {},
  arguments: {
    names: oneOrMore(text("NAME"), "Lower-case letters, digits and hyphens. There must be no such file or directory."),
  },
})
