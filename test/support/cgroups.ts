/** Where a user manager can have its cgroup. */
import * as fs from "node:fs"

const mount = "/sys/fs/cgroup"

/**
 * The hierarchies that systemd puts its units into, as directories: the one of cgroup v2, or, beside the controllers of
 * v1, `systemd` and `unified`. Empty where there is none.
 */
export const cgroupHierarchies = (): ReadonlyArray<string> =>
  fs.existsSync(`${mount}/cgroup.controllers`)
    ? [mount]
    : [`${mount}/systemd`, `${mount}/unified`].filter(directory => fs.existsSync(`${directory}/cgroup.procs`))

/** True when cgroups can be made in each of them. A container has them read-only as a rule. */
export const cgroupsAreWritable = (): boolean => {
  const hierarchies = cgroupHierarchies()
  try {
    for (const directory of hierarchies) fs.accessSync(directory, fs.constants.W_OK)
    return hierarchies.length > 0
  } catch {
    return false
  }
}
