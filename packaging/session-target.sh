#!/bin/sh
# A generator (systemd.generator(7)) that gives each user manager a sway-session.target. The third directory is searched last, so
# that a unit of this name from sway-systemd, home-manager or the user is used instead.
exec cp /usr/lib/i3pm/sway-session.target "$3/"
