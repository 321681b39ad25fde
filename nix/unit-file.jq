# One unit of dist/units.json as a file: $unit is its name, $program stands in the place of @i3pm@.
.[$unit]
| to_entries
| map(
    "[\(.key)]\n" + (
      .value
      | to_entries
      | map(.key as $directive | (.value | if type == "array" then .[] else . end) | "\($directive)=\(gsub("@i3pm@"; $program))\n")
      | add
    )
  )
| join("\n")
| rtrimstr("\n")
