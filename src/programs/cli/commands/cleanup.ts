/** `i3pm cleanup`, if `fast/cleanup.ts` gave no answer: something may have to be removed, or a person reads the result. */
import { cleanup as definition } from "../catalogue/daemon.ts"
import { cleanUp } from "../cleanUp.ts"
import { on } from "../tree/handler.ts"

/** `i3pm cleanup`. */
export const cleanup = on(definition, cleanUp)
