import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as Effect from "effect/Effect"
import { Sway } from "i3pm"
import { service } from "./workspace-names.js"

NodeRuntime.runMain(Effect.provide(service, Sway.layer))
