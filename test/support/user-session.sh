#!/bin/sh
# A user manager with a journal and a session bus, on a machine whose PID 1 need not be systemd.
#
#   unshare --mount --propagation private sh user-session.sh NAME=VALUE…
#
# is run by root; the arguments are the whole environment of the manager. Four variables say where:
#   SESSION_USER     uid:gid of the user, who need not have a passwd entry
#   SESSION_HOME     the user's home directory
#   SESSION_RUNTIME  XDG_RUNTIME_DIR, which is nobody else's: whoever has it in the environment is killed at the end
#   SESSION_CGROUPS  a cgroup to be made per hierarchy, separated by spaces
#
# "ready PID" on the standard output: the manager has this pid and has reached its default target.
# SIGTERM, or the end of the standard input, ends it: all processes are killed, all cgroups are removed, and the mounts
# go with the last process. Status 3: something could not be removed; 1: it did not start, and all is removed.
set -eu
uid=${SESSION_USER%:*}
gid=${SESSION_USER#*:}

# Five hundred rounds of this are some ten seconds on a busy machine.
pause() { sleep 0.01; }

processes() {
  for cgroup in $SESSION_CGROUPS; do
    find "$cgroup" -name cgroup.procs -exec cat {} + 2>/dev/null || :
  done
  # Whoever was moved to a cgroup from outside.
  grep --files-with-matches --null-data --line-regexp --fixed-strings "XDG_RUNTIME_DIR=$SESSION_RUNTIME" \
    /proc/[0-9]*/environ 2>/dev/null | cut -d / -f 3
}

finish() {
  trap '' TERM INT HUP
  set +e
  # One that has been forked and is in no cgroup yet. Later these numbers may be somebody else's.
  [ -z "$starting" ] || kill -KILL $journald ${!:-} 2>/dev/null
  round=0
  while pids=$(processes) && [ -n "$pids" ]; do
    kill -KILL $pids 2>/dev/null
    round=$((round + 1))
    [ $round -lt 500 ] || { echo "still running:" $pids >&2; exit 3; }
    pause
  done
  wait
  for cgroup in $SESSION_CGROUPS; do
    while [ -d "$cgroup" ]; do
      find "$cgroup" -depth -type d -exec rmdir {} + 2>/dev/null && break
      pause
      round=$((round + 1))
      [ $round -lt 500 ] || { echo "not removed: $cgroup" >&2; exit 3; }
    done
  done
}
starting=yes
journald=
trap finish EXIT
trap 'exit 0' TERM INT HUP

fail() {
  echo "$*" >&2
  [ ! -d /run/log/journal ] || journalctl --no-pager --quiet --output=cat >&2
  exit 1
}

# Runs the rest in a cgroup of this name below the session's own.
in_cgroup() {
  for cgroup in $SESSION_CGROUPS; do echo 0 >"$cgroup/$1/cgroup.procs"; done
  shift
  exec "$@"
}

# Nothing of the machine's own state is seen or written; what the vendor has put below /usr is as it is.
mount -t tmpfs -o mode=755 tmpfs /run
for directory in /var/log/journal /etc/systemd/user /etc/environment.d; do
  [ ! -d $directory ] || mount -t tmpfs -o mode=755 tmpfs $directory
done
mkdir -p /run/lock /run/log /run/systemd/system /run/systemd/journald.conf.d /run/i3pm
# dbus-daemon does not start for a user without a passwd entry.
{ cat /etc/passwd; echo "i3pm-session:x:$uid:$gid::$SESSION_HOME:/bin/sh"; } >/run/i3pm/passwd
{ cat /etc/group; echo "i3pm-session:x:$gid:"; } >/run/i3pm/group
tr -d - </proc/sys/kernel/random/uuid >/run/i3pm/machine-id
for file in passwd group machine-id; do mount --bind /run/i3pm/$file /etc/$file; done

for cgroup in $SESSION_CGROUPS; do
  mkdir "$cgroup" "$cgroup/systemd-journald.service" "$cgroup/session.scope" "$cgroup/user@$uid.service"
  # The files of the top too: who moves a process needs the common ancestor of both places.
  chown "$uid:$gid" "$cgroup" "$cgroup"/cgroup.* "$cgroup/session.scope" "$cgroup/session.scope"/cgroup.* \
    "$cgroup/user@$uid.service" "$cgroup/user@$uid.service"/cgroup.*
done

# Audit= leaves the kernel's audit switch as it is.
cat >/run/systemd/journald.conf.d/session.conf <<CONF
[Journal]
Storage=volatile
RateLimitIntervalSec=0
ReadKMsg=no
Audit=
ForwardToSyslog=no
CONF
in_cgroup systemd-journald.service env -i PATH="$PATH" \
  setpriv --pdeathsig=KILL /lib/systemd/systemd-journald </dev/null >&2 &
journald=$!
round=0
# The last of its three sockets.
until [ -S /run/systemd/journal/dev-log ]; do
  kill -0 $journald 2>/dev/null || fail "systemd-journald ended"
  round=$((round + 1))
  [ $round -lt 500 ] || fail "systemd-journald did not open its sockets"
  pause
done

in_cgroup "user@$uid.service" env -i "$@" \
  setpriv --reuid="$uid" --regid="$gid" --clear-groups --pdeathsig=KILL /lib/systemd/systemd --user --log-target=journal \
  </dev/null >&2 &
manager=$!
round=0
state=
until [ "$state" = running ] || [ "$state" = degraded ]; do
  kill -0 $manager 2>/dev/null || fail "systemd --user ended"
  round=$((round + 1))
  [ $round -lt 500 ] || fail "systemd --user is not up: $state"
  pause
  [ ! -S "$SESSION_RUNTIME/systemd/private" ] || state=$(
    env -i "$@" setpriv --reuid="$uid" --regid="$gid" --clear-groups systemctl --user is-system-running 2>&1 || :
  )
done
[ -S "$SESSION_RUNTIME/bus" ] || fail "there is no dbus.socket for users (apt-get install dbus-user-session)"
starting=
echo "ready $manager"
# Until the one who started this closes the pipe, or dies.
read -r _ || :
