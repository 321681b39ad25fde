/** The names that files have while they are moved aside. Pure, no Effect runtime: the CLI's fast path uses it. */

const asidePattern = /^\.i3pm-[0-9a-f]{16}\.(.+)$/

/** A name at which no program binds a socket. `nonce` is 16 hexadecimal digits, of one process. */
export const asideName = (nonce: string, name: string): string => `.i3pm-${nonce}.${name}`

/** The name that a moved file had before; `undefined` for any other name. */
export const nameBefore = (name: string): string | undefined => asidePattern.exec(name)?.[1]
