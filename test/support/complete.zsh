# Types lines, each with a tab, into a real zsh on a terminal of its own. Prints for each, on a line, what it offers, between
# tabs, and on the next line what it has made of the line: zsh -f complete.zsh DIRECTORY-OF-_i3pm LINE...
if [[ $1 == inside ]]; then
  PROMPT= RPROMPT=
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
    builtin compadd "$@"
  }
  zle -C complete-and-note complete-word _main_complete
  note() {
    offered=()
    zle complete-and-note
    print -r -- "OFFERED<${(j:|:)offered}>LINE<$BUFFER>"
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
  print -r -- ${${answer%%>LINE<*}//|/$'\t'}
  print -r -- "${${answer#*>LINE<}%%>*}"
done
zpty -d typist
