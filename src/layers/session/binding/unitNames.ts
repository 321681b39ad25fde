/** Unit names as a user types them. Pure. */

/** The characters of a name and the suffixes of unit types (systemd.unit(5)). */
const pattern = /^[A-Za-z0-9:_.\\@-]+\.(?:service|socket|target|path|timer|slice|scope|mount|automount|swap|device)$/
const suffixed = /\.(?:service|socket|target|path|timer|slice|scope|mount|automount|swap|device)$/

/** The longest unit name, in bytes (systemd.unit(5)). */
const MAX_NAME = 255

/** The full name. Without a suffix it is a service, as for systemctl. */
export const fullName = (name: string): string => (suffixed.test(name) ? name : `${name}.service`)

/** True for a valid unit name; a path is not one. */
export const isUnitName = (name: string): boolean => name.length <= MAX_NAME && pattern.test(name)

/** True for a template: its `@` is followed by the suffix. */
export const isTemplate = (name: string): boolean => /@\.[a-z]+$/.test(name)
