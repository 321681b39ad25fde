// Writes the two generated files for Nix: nix/units.json, copied from the build (run `npm run build` first), and
// docs/nix-options.md, from the module. A test fails if one of them is out of date.
import { execFileSync } from "node:child_process"
import { copyFileSync, writeFileSync } from "node:fs"

copyFileSync("dist/units.json", "nix/units.json")

const evaluation = ["--store", "dummy://", "--eval", "--strict", "--json", "nix/options-doc.nix"]
writeFileSync("docs/nix-options.md", JSON.parse(execFileSync("nix-instantiate", evaluation, { encoding: "utf8" })))
