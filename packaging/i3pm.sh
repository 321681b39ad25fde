#!/bin/sh
# Uses the Node of the package i3pm-node if it is installed, else the system's. Both are new enough: the dependencies of this
# package require it. The version is not checked here, since that would take longer than most commands of i3pm.
node=/usr/lib/i3pm/node
[ -x $node ] || node=/usr/bin/node
exec $node /usr/lib/i3pm/main.cjs "$@"
