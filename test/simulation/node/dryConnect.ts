/** `src/layers/system/dryConnect.ts` on the simulated machine: it rests on what Node does to a socket that is connected already. */
import { machine } from "../machine/Machine.ts"

/** The errno of connect(2) for each path, `EISCONN` if it would have connected. */
export const dryConnect = (paths: ReadonlyArray<string>): Promise<ReadonlyArray<string>> =>
  new Promise(resolve => {
    const errnos = paths.map(path => {
      const found = machine().dryConnect(path)
      return "errno" in found ? found.errno : "EISCONN"
    })
    setImmediate(() => resolve(errnos))
  })
