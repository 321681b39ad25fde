/** Most bytes of a settings file: a thousand times what anybody writes. */
export const MAX_SIZE = 1024 * 1024
