/** Names of units as a person types them. Pure. */

/** systemd.unit(5): the characters of a name, with the suffix of its type. */
const pattern = /^[A-Za-z0-9:_.\\@-]+\.(?:service|socket|target|path|timer|slice|scope|mount|automount|swap|device)$/
const suffixed = /\.(?:service|socket|target|path|timer|slice|scope|mount|automount|swap|device)$/

/** The longest name of a unit, in bytes. */
const MAX_NAME = 255

/** The whole name: without a suffix it is a service, as for systemctl. */
export const fullName = (name: string): string => (suffixed.test(name) ? name : `${name}.service`)

/** True for what can be the name of a unit, a path for one is not. */
export const isUnitName = (name: string): boolean => name.length <= MAX_NAME && pattern.test(name)

/** True for a template: there is nothing between its `@` and its suffix. */
export const isTemplate = (name: string): boolean => /@\.[a-z]+$/.test(name)
