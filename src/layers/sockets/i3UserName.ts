/** The name by which i3 calls this user. Plain, no Effect runtime: the CLI's fast path uses it. */
import { userInfo } from "node:os"

/** The name of this user, which is looked up once: the daemon lists the directories every few seconds. */
let knownName: string | undefined

const lookUpName = (): string => {
  knownName ??= userInfo().username
  return knownName
}

/**
 * The name by which i3 calls this user's directories: `unknown` for a user without an entry in passwd(5), as in a container
 * (`get_process_filename` in i3's libi3).
 */
export const i3UserName = (lookUp: () => string = lookUpName): string => {
  try {
    return lookUp()
  } catch {
    return "unknown"
  }
}
