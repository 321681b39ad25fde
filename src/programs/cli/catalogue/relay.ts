/** The relay. Pure. */
import { leaf } from "../tree/define.ts"
import { logLevel, socket } from "./shared.ts"

/** `i3pm relay`. */
export const relay = leaf({
  name: "relay",
  description:
    "Run the relay in the foreground: a socket that stays where it is and carries its clients over restarts of the compositor.",
  examples: ["i3pm relay --log-level debug"],
  options: { logLevel, socket },
  arguments: {},
  exit: { endsBySignal: "always", reloads: true },
})
