/** Random sessions: windows come and go, and commands that mean something are mixed with some that do not. */
import { type Dice, diceOf } from "../campaign/dice.ts"
import type { Step } from "./script.ts"

/** Commands without a target of their own. Left out is what depends on how fast a program draws: sizes of floating windows. */
const plain = [
  ...["splith", "splitv", "splitt", "split none", "split toggle", "layout tabbed", "layout stacking", "layout splith"],
  ...["layout splitv", "layout toggle", "layout toggle all", "layout default", "layout toggle tabbed split"],
  ...["focus left", "focus right", "focus up", "focus down", "focus next", "focus prev", "focus next sibling"],
  ...["focus parent", "focus child", "focus floating", "focus tiling", "focus mode_toggle"],
  ...["focus output left", "focus output right", "focus output HEADLESS-2"],
  ...["move left", "move right", "move up", "move down", "move scratchpad", "move container to output right"],
  ...[
    "move container to workspace back_and_forth",
    "move container to workspace next",
    "move workspace to output left",
  ],
  ...["move container to mark x", "move position center"],
  ...["floating toggle", "sticky toggle", "scratchpad show", "fullscreen", "fullscreen toggle", "fullscreen disable"],
  ...[
    "fullscreen toggle global",
    "mark x",
    "mark --add y",
    "mark --toggle x",
    "unmark x",
    "unmark",
    "border pixel 3",
    "border normal",
  ],
  ...["workspace next", "workspace prev", "workspace next_on_output", "workspace prev_on_output"],
  ...["workspace back_and_forth", "title_format a", "opacity 0.5", "xyz", "move sideways", "nop"],
] as const

/** Commands of a workspace, whose name is put at the end. */
const withName = ["workspace", "workspace number", "move container to workspace", "rename workspace to"] as const

const names = ["1", "2", "3", "3: mail", "web", "Web", "07", "chat"] as const

const pick = (dice: Dice, from: ReadonlyArray<string>): string => from[dice.below(from.length)] ?? "nop"

const command = (dice: Dice, windows: ReadonlyArray<string>): string => {
  const window = pick(dice, windows)
  switch (dice.below(10)) {
    case 0:
    case 1:
      return `${pick(dice, withName)} ${pick(dice, names)}`
    case 2:
      return `[app_id=^${window}$] focus`
    case 3:
      return `[app_id=^${window}$] ${pick(dice, plain)}`
    case 4:
      return `${pick(dice, plain)}; ${pick(dice, plain)}`
    case 5:
      return `swap container with con_id @${window}`
    default:
      return pick(dice, plain)
  }
}

/** A session of so many steps; the same seed gives the same one. */
export const randomSession = (seed: number, length: number): ReadonlyArray<Step> => {
  const dice = diceOf(seed)
  const steps: Array<Step> = []
  const windows: Array<string> = []
  let opened = 0
  while (steps.length < length) {
    const roll = dice.below(12)
    if (windows.length < 2 || (roll === 0 && windows.length < 6)) {
      opened += 1
      windows.push(`w${opened}`)
      steps.push({ open: `w${opened}` })
    } else if (roll === 1) {
      const [window] = windows.splice(dice.below(windows.length), 1)
      steps.push({ run: `[app_id=^${window}$] kill`, closes: 1 })
    } else {
      steps.push({ run: command(dice, windows) })
    }
  }
  return steps
}
