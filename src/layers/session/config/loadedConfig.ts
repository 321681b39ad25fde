/** The configuration that a compositor has loaded, by its own word. */
import { readlinkSync } from "node:fs"
import { isAbsolute, resolve } from "node:path"
import type { Version } from "../../ipc/Version.ts"

/**
 * The path of the configuration in a reply to GET_VERSION (sway-ipc(7), i3 IPC reference); `undefined` if the compositor does not name one.
 * sway gives it as it was told by `-c`, so perhaps relative to the directory in which the process `pid` runs.
 */
export const loadedConfig = (pid: number | null | undefined, version: Version): string | undefined => {
  const name = version.loaded_config_file_name ?? ""
  if (name === "") return undefined
  if (isAbsolute(name)) return name
  try {
    return resolve(readlinkSync(`/proc/${pid}/cwd`), name)
  } catch {
    return undefined
  }
}
