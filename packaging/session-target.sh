#!/bin/sh
# A generator (systemd.generator(7)): offers sway-session.target to each user manager. The third directory comes last, so that a
# unit of this name anywhere else is used instead: sway-systemd's, home-manager's, or the user's own.
exec cp /usr/lib/i3pm/sway-session.target "$3/"
