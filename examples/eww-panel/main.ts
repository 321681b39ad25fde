import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { Sway } from "i3pm"
import { lines } from "./eww-panel.js"

const print = Stream.runForEach(Stream.unwrap(lines), line => Console.log(line))

NodeRuntime.runMain(Effect.provide(print, Sway.layer))
