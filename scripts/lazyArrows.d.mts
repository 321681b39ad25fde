/** The text of a bundle with its arrow functions rewritten as function expressions. */
export const lazyArrows: (code: string) => string
