#!/bin/sh
# The indicator and a clock in a bar of Sway or i3. In the bar block: status_command sh ~/.config/sway/swaybar-clock.sh
# For another status than the clock, put a command there that prints one line of plain text at each change.
printf '{"version":1}\n[\n[]\n'
{
  i3pm diagnose socket-health --watch --format i3bar &
  while date +'%Y-%m-%d %H:%M:%S'; do sleep 1; done | sed -u 's/^/text /'
} | while IFS= read -r line; do
  case $line in
    ',[{'*) indicator=${line#,\[} && indicator=${indicator%\]}, ;;
    'text '*) text=$(printf %s "${line#text }" | sed 's/[\\"]/\\&/g') && printf ',[%s{"full_text":"%s"}]\n' "$indicator" "$text" || exit ;;
  esac
done
