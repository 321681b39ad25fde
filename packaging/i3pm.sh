#!/bin/sh
# The Node of the package i3pm-node, if that is installed: it is always new enough. Else the system's, which the dependency
# of this package keeps new enough. Nobody is asked for a version here: that would take longer than most commands of i3pm.
node=/usr/lib/i3pm/node
[ -x $node ] || node=/usr/bin/node
exec $node /usr/lib/i3pm/main.cjs "$@"
