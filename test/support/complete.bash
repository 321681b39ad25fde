# What completion offers for the last of these words of an i3pm line: bash complete.bash SCRIPT WORD...
source "$1"
shift
COMP_WORDS=(i3pm "$@")
COMP_CWORD=$#
COMP_LINE="i3pm $*"
COMP_POINT=${#COMP_LINE}
# The function that the script has registered, whatever its name.
registered=$(complete -p i3pm)
[[ $registered =~ -F\ ([^ ]+) ]]
"${BASH_REMATCH[1]}" i3pm "${!#}" "${COMP_WORDS[COMP_CWORD - 1]}"
printf '%s\n' "${COMPREPLY[@]}"
