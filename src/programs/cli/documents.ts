/** Makes completions and man pages for the build, from the command tree and the list of settings. */

import { version } from "../version.ts"
import { shells, tree } from "./catalogue/root.ts"
import { completionScript, fileNames } from "./completions/render.ts"
import { commandPage } from "./man/commandPage.ts"
import { configPage } from "./man/configPage.ts"

/** The text of each file by its path in `dist`. `date` is the day on the man pages: `2026-11-24`. */
export const documents = (date: string): Readonly<Record<string, string>> => ({
  ...Object.fromEntries(
    shells.map(shell => [`completions/${fileNames[shell]}`, completionScript(shell, tree, version)]),
  ),
  "man/i3pm.1": commandPage(tree, version, date),
  "man/i3pm-config.5": configPage(version, date),
})
