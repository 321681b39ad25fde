/** Names and numbers of workspaces, as sway 1.7 compares them. Pure. */

const INT32_MAX = 2_147_483_647

/** The number at the start of a workspace's name; -1 if there is none, or if it does not fit 32 bits. */
export const workspaceNumber = (name: string): number => {
  const digits = /^\d+/.exec(name)
  const number = digits === null ? -1 : Number(digits[0])
  return number > INT32_MAX ? -1 : number
}

/** Order of the workspaces of an output: by number, and those without one last, in the order of their creation. */
export const compareNames = (left: string, right: string): number => {
  const [a, b] = [workspaceNumber(left), workspaceNumber(right)]
  if (a >= 0 && b >= 0) return a - b
  return a >= 0 ? -1 : b >= 0 ? 1 : 0
}

/** True if both begin with the same digits. They are compared as text: `7` is not `07`. */
export const haveSameNumber = (name: string, number: string): boolean =>
  (/^\d*/.exec(name)?.[0] ?? "") === (/^\d*/.exec(number)?.[0] ?? "")

/** Names are compared without regard to the case of ASCII letters. */
export const isSameName = (left: string, right: string): boolean => lowered(left) === lowered(right)

const lowered = (name: string) => name.replace(/[A-Z]/g, letter => letter.toLowerCase())
