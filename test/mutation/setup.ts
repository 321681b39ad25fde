/**
 * For runs with mutants. The modules of `src` and `test` are loaded again for each file, since a mutant may be in code that runs while
 * its module is loaded; packages stay loaded. Tests with random inputs get the same ones in each run.
 */
import * as FastCheck from "effect/FastCheck"
import { vi } from "vitest"

vi.resetModules()
FastCheck.configureGlobal({ seed: 1 })
