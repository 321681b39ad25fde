# A subscriber on AnyEvent::I3. For each workspace event it asks for the workspaces, prints what it saw, and says it by a tick.
use strict;
use warnings;
use AnyEvent;
use AnyEvent::I3;

use constant TICK => 10;

$| = 1;
my $i3 = AnyEvent::I3->new($ENV{I3SOCK});
$i3->connect->recv or die "not connected";
my $on_workspace = sub {
    $i3->get_workspaces->cb(sub {
        my $workspaces = shift->recv or return;
        my $names = join ' ', map { $_->{name} } @$workspaces;
        print "saw $names\n";
        $i3->message(TICK, "perl saw $names");
    });
};
$i3->subscribe({ workspace => $on_workspace })->recv->{success} or die "not subscribed";
# Added now: sway refuses the name, and with it those after it in the order of a hash.
$i3->subscribe({ _error => sub { print "the connection ended\n"; exit 1 } })->recv;
AnyEvent->condvar->recv;
