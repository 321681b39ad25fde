import { connect } from "i3pm/promise"
import { autotile } from "./autotiling.js"

await using sway = await connect({ wait: true })
await autotile(sway)
