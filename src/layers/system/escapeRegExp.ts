/** Text as a part of a regular expression. Pure. */

/** The source of a regular expression that matches this text and nothing else. */
export const escapeRegExp = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")
