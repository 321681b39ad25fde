/** What the TypeScript side of the benchmark uses of wire.mjs. */
export const GET_VERSION: number
export function frame(type: number): Buffer
export function frames(onReply: (reply: unknown) => void): (chunk: Buffer) => void
