# Types lines, each with a tab, into a real zsh on a terminal of its own. Prints for each, on a line, what it offers, between
# tabs, on the next what it shows for them, and on the next what it has made of the line: zsh -f complete.zsh DIRECTORY-OF-_i3pm LINE...
if [[ $1 == inside ]]; then
  PROMPT= RPROMPT=
  # What is shown is cut to the width.
  stty cols 1000
  fpath=($2 $fpath)
  autoload -Uz compinit
  compinit -u -D
  # The offers of all, as they go by; with -O, -A or -D nothing is offered but something computed.
  compadd() {
    if [[ ${@[1,(i)(-|--)]} == *-(O|A|D)\ * ]]; then
      builtin compadd "$@"
      return
    fi
    local -a found
    builtin compadd -O found "$@"
    offered+=($found)
    local at=${@[(i)-d]}
    (( at < $# )) && shown+=("${(P@)@[at+1]}")
    builtin compadd "$@"
  }
  zle -C complete-and-note complete-word _main_complete
  note() {
    offered=() shown=()
    zle complete-and-note
    print -r -- "OFFERED<${(j:|:)offered}>SHOWN<${(j:|:)shown}>LINE<$BUFFER>"
  }
  zle -N note
  bindkey -e
  bindkey '^I' note
  print -r -- REA''DY
  return
fi

zmodload zsh/zpty
zpty typist zsh -f -i
zpty -w typist "source ${(q)0:a} inside ${(q)1}"
zpty -r typist answer '*READY*'
for line in "${@:2}"; do
  zpty -w -n typist $'\C-u'"$line"$'\t'
  zpty -r typist answer '*OFFERED<*>LINE<*>*'
  answer=${answer##*OFFERED<}
  print -r -- ${${answer%%>SHOWN<*}//|/$'\t'}
  answer=${answer#*>SHOWN<}
  print -r -- ${${answer%%>LINE<*}//|/$'\t'}
  print -r -- "${${answer#*>LINE<}%%>*}"
done
zpty -d typist
