// Writes what is in the repository for Nix and made from elsewhere in it: nix/units.json, from the build's (run that first),
// and docs/nix-options.md, from the module. A test says when one of them is not current.
import { execFileSync } from "node:child_process"
import { copyFileSync, writeFileSync } from "node:fs"

copyFileSync("dist/units.json", "nix/units.json")

const evaluation = ["--store", "dummy://", "--eval", "--strict", "--json", "nix/options-doc.nix"]
writeFileSync("docs/nix-options.md", JSON.parse(execFileSync("nix-instantiate", evaluation, { encoding: "utf8" })))
