/** Most bytes of a settings file. Real ones are a thousand times smaller. */
export const MAX_SIZE = 1024 * 1024
