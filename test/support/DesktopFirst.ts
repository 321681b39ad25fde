/** The order of the test files. */
import { BaseSequencer, type TestSpecification } from "vitest/node"

/** Files that take a minute run whole desktops, or kill commands at many points. */
const isLong = ({ moduleId }: TestSpecification) => /\/test\/(desktop|crash)\//.test(moduleId)

/** Long files first: at the end, when there is nothing left for the other workers, each file is short. */
export class DesktopFirst extends BaseSequencer {
  override async sort(files: Array<TestSpecification>): Promise<Array<TestSpecification>> {
    const sorted = await super.sort(files)
    return [...sorted.filter(isLong), ...sorted.filter(file => !isLong(file))]
  }
}
