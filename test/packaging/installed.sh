# Run by .ci/packages as root in the root of a fresh Debian, with the packages in /i3pm: installs them, uses them in a Sway session
# of a user with a real user manager, upgrades them and purges them. Ends at the first thing that is not as it has to be.
set -euo pipefail
cd /i3pm
. /etc/os-release
uid=65533
home=/home/kim
runtime=/tmp/runtime
daemon=i3-project-daemon.service
timer=sway-socket-cleanup.timer
target=sway-session.target
relay=i3pm-relay.socket

fail() {
  echo "$PRETTY_NAME: $*" >&2
  tail -n 20 /tmp/session.err /tmp/sway.log >&2 2>/dev/null || true
  exit 1
}
# Waits until a command succeeds: it fails after 30 s, as the tests do.
until_true() {
  local end=$((SECONDS + 30))
  until "$@" >/tmp/last 2>&1; do
    [ $SECONDS -lt $end ] || fail "waited for: $* ($(cat /tmp/last))"
    sleep 0.1
  done
}
# All that a package may leave behind, but for what dpkg, apt and the linker keep for themselves.
everything() {
  find / \( -path /proc -o -path /sys -o -path /dev -o -path /tmp -o -path /run -o -path /home -o -path /i3pm -o -path /var/lib/dpkg \
    -o -path /var/lib/apt -o -path /var/cache -o -path /var/log -o -path /etc/ld.so.cache \) -prune -o -print | sort
}
install() { DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/tmp/apt.log 2>&1; }

mkdir -p "$home/.config/sway" "$home/.config/i3pm" "$runtime"
printf 'probe_interval = "1s"\n' >"$home/.config/i3pm/config.toml"
cat >"$home/.config/sway/config" <<CONF
xwayland disable
output HEADLESS-1 resolution 640x200
include /usr/share/doc/i3pm/docs/snippets/swaybar.conf
CONF
chown -R $uid:$uid "$home" "$runtime"
chmod 700 "$runtime"
everything >/tmp/before

# Debian 12's own Node is too old: without i3pm-node the package is refused.
if dpkg --compare-versions "$(dpkg-query --show --showformat='${Version}' nodejs)" lt 20.18; then
  ! install ./i3pm_*_all.deb || fail "i3pm was installed with Node $(node --version)"
  install ./i3pm_*_all.deb ./i3pm-node_*.deb || fail "$(cat /tmp/apt.log)"
  node=/usr/lib/i3pm/node
else
  install ./i3pm_*_all.deb || fail "$(cat /tmp/apt.log)"
  node=$(realpath /usr/bin/node)
fi
! grep non-existent /tmp/apt.log || fail "apt warns of a target that the generator makes"
[ "$(i3pm --version)" = "$(jq -rn --arg v "$(dpkg-query --show --showformat='${Version}' i3pm)" '$v | sub("-.*"; "")')" ]
[ -L /etc/systemd/user/$target.wants/$daemon ] || fail "$daemon is not enabled"
[ -L /etc/systemd/user/timers.target.wants/$timer ] || fail "$timer is not enabled"
[ -L /etc/systemd/user/sockets.target.wants/$relay ] || fail "$relay is not enabled"

# A user manager, as at a login. /etc/systemd/user is hidden by that script: what is enabled for all is copied into it.
slice=$(mktemp --dry-run i3pm-XXXXXX).slice
hierarchies=
for each in /sys/fs/cgroup /sys/fs/cgroup/systemd /sys/fs/cgroup/unified; do
  if [ "$(stat -f -c %T $each 2>/dev/null)" = cgroup2fs ] || [ $each = /sys/fs/cgroup/systemd -a -e $each/cgroup.procs ]; then
    hierarchies="$hierarchies $each/$slice"
  fi
done
cp -a /etc/systemd/user /tmp/enabled
environment=(PATH="$PATH" LANG=C.UTF-8 HOME=$home USER=i3pm-session LOGNAME=i3pm-session SHELL=/bin/sh XDG_RUNTIME_DIR=$runtime
  DBUS_SESSION_BUS_ADDRESS=unix:path=$runtime/bus)
sed -e 's|^in_cgroup "user@|cp -a /tmp/enabled/. /etc/systemd/user/\n&|' user-session.sh >/tmp/user-session.sh
mkfifo /tmp/keep
SESSION_USER=$uid:$uid SESSION_HOME=$home SESSION_RUNTIME=$runtime SESSION_CGROUPS=${hierarchies# } \
  unshare --mount --propagation private sh /tmp/user-session.sh "${environment[@]}" </tmp/keep >/tmp/session.out 2>/tmp/session.err &
holder=$!
exec 8>/tmp/keep
# The end of what it reads ends the session, with all its processes and cgroups.
end_session() { kill -TERM $holder; wait $holder; }
trap end_session EXIT
until_true grep -q ^ready /tmp/session.out
as_user() {
  nsenter --target $holder --mount -- setpriv --reuid=$uid --regid=$uid --clear-groups env -i "${environment[@]}" "$@"
}
systemctl_user() { as_user systemctl --user "$@"; }
show() { systemctl_user show --value --property="$2" "$1"; }

is() { [ "$("${@:2}")" = "$1" ]; }
is /usr/lib/systemd/user/$daemon show $daemon FragmentPath || fail "$daemon comes from $(show $daemon FragmentPath)"
is loaded show $target LoadState || fail "there is no $target"
until_true is active show $timer ActiveState

# A session, by the line that i3pm itself puts into the configuration; and the indicator in swaybar.
as_user i3pm session install >/tmp/install.json || fail "session install: $(cat /tmp/install.json)"
grep -q '^exec i3pm session run' "$home/.config/sway/config" || fail "session install wrote $(cat "$home/.config/sway/config")"
as_user env WLR_BACKENDS=headless WLR_RENDERER=pixman WLR_LIBINPUT_NO_DEVICES=1 sway >/tmp/sway.log 2>&1 8>&- &
until_true is active show $daemon ActiveState
healthy() { as_user i3pm diagnose socket-health --json | jq -e '.status == "healthy" and .source == "daemon"'; }
until_true healthy
main=$(show $daemon MainPID)
is "$node" readlink "/proc/$main/exe" || fail "the daemon runs on $(readlink "/proc/$main/exe") instead of $node"
# The relay starts with the first client, by the socket that systemd has listened on since the login.
is active show $relay ActiveState || fail "$relay is $(show $relay ActiveState)"
as_user swaymsg -s "$runtime/i3pm/relay.sock" -t get_version >/tmp/last || fail "swaymsg on the relay: $(cat /tmp/last)"
# The bar takes its height from the workspace, and gets its text from the indicator.
bar_is_shown() { as_user i3pm msg -t get_workspaces | jq -e '.[0].rect.y > 0' && pgrep -f 'diagnose socket-health --watch --format i3bar'; }
until_true bar_is_shown
indicator() { { as_user timeout 2 i3pm diagnose socket-health --watch --format i3bar || true; } | grep 'sway ok'; }
until_true indicator

# sway-systemd has a target of this name in /usr/lib/systemd/user: it is used, and it is not in the way of the package.
printf '[Unit]\nDescription=of sway-systemd\nBindsTo=graphical-session.target\n' >/usr/lib/systemd/user/$target
systemctl_user daemon-reload
is "of sway-systemd" show $target Description || fail "$(show $target FragmentPath) hides the distribution's target"
rm /usr/lib/systemd/user/$target
systemctl_user daemon-reload
is "Sway session" show $target Description || fail "the target is now $(show $target Description)"

# The doctor takes the generated target for i3pm's own.
owns_target() { { as_user i3pm doctor --json || true; } | jq -er '.checks[] | select(.id == "session-projects").what' | grep "^$target is i3pm's"; }
until_true owns_target

# The link of systemctl enable, to the package's unit, is not in the way of copies.
systemctl_user enable --quiet $timer

# The user's own copies of the units run the package's program, and an upgrade keeps what is the user's and the administrator's.
as_user i3pm units install --daemon-lifetime manager >/dev/null 2>/tmp/last
grep -q 'a package has these units already, in /usr/lib/systemd/user' /tmp/last || fail "units install says $(cat /tmp/last)"
! grep -q 'next: i3pm session install' /tmp/last || fail "session install was done already: $(cat /tmp/last)"
grep -q '^ExecStart=/usr/bin/i3pm daemon$' "$home/.config/systemd/user/$daemon" || fail "$(grep ^ExecStart "$home/.config/systemd/user/$daemon")"
systemctl --global --quiet disable $timer
state() { (cd "$home" && find . -type f -not -path './.cache/*' -exec sha256sum {} + | sort); }
state >/tmp/users-files
dpkg-deb --raw-extract i3pm_*_all.deb /tmp/next
sed -i 's/^Version: .*/&.1/' /tmp/next/DEBIAN/control
dpkg-deb --build /tmp/next /tmp/i3pm-next.deb >/dev/null
install /tmp/i3pm-next.deb || fail "$(cat /tmp/apt.log)"
state | diff /tmp/users-files - || fail "the upgrade has changed the user's files"
[ ! -e /etc/systemd/user/timers.target.wants/$timer ] || fail "the upgrade has enabled $timer again"
healthy >/dev/null || fail "not healthy after the upgrade"
as_user i3pm units uninstall >/tmp/last 2>/dev/null
next=$(jq -r '.next[0]' /tmp/last)
[[ $next == "systemctl --user start $timer $relay"* ]] || fail "units uninstall says $(cat /tmp/last)"
as_user sh -c "$next" || fail "units uninstall says $next"
is active show $timer ActiveState || fail "$timer is not started again"
is /usr/lib/systemd/user/$daemon show $daemon FragmentPath || fail "units uninstall took the package's $daemon away"

systemctl_user disable --quiet $timer

# A bound service needs the package's target: a plain uninstall is refused, and --all says what it unbinds.
printf '[Unit]\nPartOf=graphical-session.target\n[Service]\nExecStart=/bin/true\n' >"$home/.config/systemd/user/panel.service"
systemctl_user daemon-reload
as_user i3pm session bind panel >/dev/null
sh "$(dpkg-query --control-path i3pm prerm)" remove >/tmp/last 2>&1
grep -q '^i3pm: panel.service of kim is still bound to sway-session.target' /tmp/last || fail "a removal says $(cat /tmp/last)"
! as_user i3pm units uninstall >/tmp/last 2>&1 || fail "units uninstall leaves panel.service on the package's target: $(cat /tmp/last)"
as_user i3pm units uninstall --all >/tmp/last
jq -e '.steps[0].action == "unbound" and .steps[0].what == "panel.service"' /tmp/last >/dev/null || fail "--all says $(cat /tmp/last)"

as_user i3pm session uninstall >/dev/null
as_user i3pm msg exit >/dev/null 2>&1 || true
until_true is inactive show $daemon ActiveState
trap - EXIT
end_session || fail "the session has left something behind"

! sh "$(dpkg-query --control-path i3pm prerm)" remove 2>&1 | grep 'still bound' || fail "a removal warns of services that are not bound"
DEBIAN_FRONTEND=noninteractive apt-get purge -y -qq i3pm $(dpkg-query --show --showformat='${Package}' i3pm-node 2>/dev/null || true) >/tmp/apt.log 2>&1 ||
  fail "$(cat /tmp/apt.log)"
everything | diff /tmp/before - || fail "the purge has left something"
echo "$PRETTY_NAME: installed, healthy on $node, shown in swaybar, upgraded, purged without a trace"
