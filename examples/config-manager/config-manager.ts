/** Makes one file of sway's configuration from a directory of them, and keeps it good. */
import { execFile } from "node:child_process"
import * as fs from "node:fs/promises"
import { tmpdir } from "node:os"
import * as path from "node:path"
import { promisify } from "node:util"
import { CommandError, type SwayClient } from "i3pm/promise"

/** `source`: a directory of `*.conf`. `target`: the file that sway's configuration includes. */
export interface Paths {
  readonly source: string
  readonly target: string
}

/** What came of a change. Only `applied` changes the target. */
export type Outcome = { readonly tag: "unchanged" | "applied" | "invalid" | "refused"; readonly why: string }

const read = (file: string) => fs.readFile(file, "utf8").catch(() => undefined)

/** Written beside the file, synced, and then renamed: after a power cut it is the old file or the new one. */
const write = async (file: string, text: string) => {
  await fs.writeFile(`${file}.new`, text, { flush: true })
  await fs.rename(`${file}.new`, file)
}

const joined = async (source: string) => {
  const names = (await fs.readdir(source)).filter(name => name.endsWith(".conf")).sort()
  const texts = await Promise.all(names.map(name => fs.readFile(path.join(source, name), "utf8")))
  return texts.join("\n")
}

/** What `sway -C` finds wrong; `undefined` if nothing. Without a backend of its own sway would wait for a seat. */
const faultIn = async (text: string): Promise<string | undefined> => {
  const directory = await fs.mkdtemp(path.join(tmpdir(), "config-manager-"))
  const env = { ...process.env, WLR_BACKENDS: "headless", WLR_RENDERER: "pixman", XDG_RUNTIME_DIR: directory }
  try {
    await fs.writeFile(`${directory}/config`, text)
    await promisify(execFile)("sway", ["-C", "-c", `${directory}/config`], { env, timeout: 10_000 })
    return undefined
  } catch (error) {
    return String(error).match(/Error on line.*/)?.[0] ?? String(error)
  } finally {
    await fs.rm(directory, { recursive: true, force: true })
  }
}

/** Makes sway read its configuration again; why it refuses. One that is not running reads the file when it starts. */
const reload = (sway: Pick<SwayClient, "command">): Promise<string | undefined> =>
  sway.command("reload").then(
    () => undefined,
    error => (error instanceof CommandError ? error.message : undefined),
  )

/** Undoes what a run that was killed between the change and sway's answer has left. */
export const recover = async ({ target }: Paths): Promise<void> => {
  const good = await read(`${target}.good`)
  if (good === undefined) return
  await write(target, good)
  await fs.rm(`${target}.good`)
}

/** Brings the target up to date with the source, if sway takes it. */
export const apply = async ({ source, target }: Paths, sway: Pick<SwayClient, "command">): Promise<Outcome> => {
  const [wanted, present = ""] = await Promise.all([joined(source), read(target)])
  if (wanted === present) return { tag: "unchanged", why: "" }
  const fault = await faultIn(wanted)
  if (fault !== undefined) return { tag: "invalid", why: fault }
  await write(`${target}.good`, present)
  await write(target, wanted)
  const refusal = await reload(sway)
  if (refusal === undefined) await fs.rm(`${target}.good`)
  else await recover({ source, target })
  return refusal === undefined ? { tag: "applied", why: "" } : { tag: "refused", why: refusal }
}
