# The stage of the cleanup campaign: forks actors that play compositors, on commands read from stdin, and reports on stdout.
#
#   perl stage.pl UID GID SEEN      UID and GID of the actors; SEEN 0 keeps their namespaces from being looked into
#
# Commands, one a line, each answered by one line "TOKEN WORD ...":
#   TOKEN fork PID COMM PATH        an actor of this name; PID 0: any pid, %p in PATH is it -> up PID
#   TOKEN bind | listen | close     as sway does it: unlink, bind; listen(3)               -> bound DEV INO, listening, closed
#   TOKEN open                      both in one go                                         -> bound DEV INO
#   TOKEN touch                     a plain file                                           -> bound DEV INO
#   TOKEN fill | pipe               a file with content, a FIFO; whole at once             -> bound DEV INO
#   TOKEN name COMM                 another command name                                   -> named
#   TOKEN deaf                      accepts no more                                        -> deafened
#   TOKEN stop | cont | kill        SIGSTOP, SIGCONT, SIGKILL, once they have worked       -> stopped, continued, gone
#   TOKEN leave                     unlinks its file and exits, as sway does               -> gone
# Or "TOKEN failed WHY". A listener greets whoever connects with its token. At the end of stdin everybody is killed.
use strict;
use warnings;
use Socket qw(AF_UNIX SOCK_STREAM pack_sockaddr_un);
use POSIX qw(:sys_wait_h);

my ($uid, $gid, $seen) = @ARGV;
my $arm = (POSIX::uname())[4] eq 'aarch64';
my ($PRCTL, $CLONE3) = ($arm ? 167 : 157, 435);
my ($PDEATHSIG, $DUMPABLE) = (1, 4);
my (%pid, %token, %control, %leaving);
$SIG{PIPE} = 'IGNORE';
$SIG{CHLD} = sub { };

sub say_ { my $line = join(' ', @_) . "\n"; syswrite(STDOUT, $line) }

# clone3 with set_tid gives the child the very pid that is asked for (clone(2)).
sub fork_at {
  my ($wanted) = @_;
  return fork() if !$wanted;
  my $tids = pack('L', $wanted);
  my $args = pack('Q11', 0, 0, 0, 0, 17, 0, 0, 0, unpack('Q', pack('P', $tids)), 1, 0);
  my $got = syscall($CLONE3, $args, length $args);
  return $got == -1 ? undef : $got;
}

sub identity {
  my ($path) = @_;
  # A sweep that had moved the file aside puts it back at once.
  for (1 .. 1000) {
    my ($dev, $ino) = lstat $path;
    return ($dev, $ino) if defined $ino;
    select(undef, undef, undef, 0.002);
  }
  return ('lost', 0);
}

sub act {
  my ($token, $path, $control) = @_;
  my ($listener, $accepts, $text) = (undef, 0, '');
  $path =~ s/%p/$$/;
  my $bind = sub {
    my ($listens) = @_;
    socket($listener, AF_UNIX, SOCK_STREAM, 0) or return ('failed', $! + 0);
    unlink $path;
    bind($listener, pack_sockaddr_un($path)) or return ('failed', $!{EADDRINUSE} ? 'EADDRINUSE' : $! + 0);
    $accepts = 1 if $listens && listen($listener, 3);
    return ('bound', identity($path));
  };
  my %do = (
    bind => sub { return $bind->(0) },
    open => sub { return $bind->(1) },
    fill => sub {
      open(my $file, '>', "$path~") or return ('failed', $! + 0);
      print $file 'kept';
      close $file;
      rename("$path~", $path) or return ('failed', $! + 0);
      return ('bound', identity($path));
    },
    # An actor of the same pid may have left its file, where the pids have begun again.
    pipe => sub { unlink $path; POSIX::mkfifo($path, 0600) or return ('failed', $! + 0); return ('bound', identity($path)) },
    touch => sub { open(my $file, '>', $path) or return ('failed', $! + 0); close $file; return ('bound', identity($path)) },
    listen => sub { $accepts = 1; return listen($listener, 3) ? 'listening' : ('failed', $! + 0) },
    close => sub { $accepts = 0; close $listener; return 'closed' },
    deaf => sub { $accepts = 0; return 'deafened' },
    name => sub { $0 = $_[0]; return 'named' },
    leave => sub { unlink $path; POSIX::_exit(0) },
  );
  while (1) {
    my $ready = '';
    vec($ready, fileno $control, 1) = 1;
    vec($ready, fileno $listener, 1) = 1 if $accepts;
    next if select($ready, undef, undef, undef) < 1;
    if ($accepts && vec($ready, fileno $listener, 1) && accept(my $client, $listener)) {
      syswrite($client, "$token\n");
      close $client;
    }
    next if !vec($ready, fileno $control, 1);
    sysread($control, $text, 4096, length $text) or POSIX::_exit(0);
    while ($text =~ s/^(.*)\n//) {
      my ($verb, $argument) = split / /, $1, 2;
      say_($token, $do{$verb}->($argument));
    }
  }
}

sub become {
  my ($comm) = @_;
  $0 = $comm;
  if ($> != $uid) {
    $) = "$gid $gid";
    POSIX::setgid($gid);
    POSIX::setuid($uid);
    die "still uid $>" if $> != $uid;
  }
  # The change of uid has cleared both.
  syscall($PRCTL, $PDEATHSIG, 9, 0, 0, 0);
  syscall($PRCTL, $DUMPABLE, $seen ? 1 : 0, 0, 0, 0);
}

sub start {
  my ($token, $wanted, $comm, $path) = @_;
  pipe(my $out, my $in) or return say_($token, 'failed', $! + 0);
  my $child = fork_at($wanted);
  return say_($token, 'failed', $!{EEXIST} ? 'EEXIST' : $! + 0) if !defined $child;
  if ($child == 0) {
    $SIG{CHLD} = 'DEFAULT';
    close STDIN;
    close $in;
    close $_ for values %control;
    become($comm);
    say_($token, 'up', $$);
    act($token, $path, $out);
  }
  ($pid{$token}, $token{$child}, $control{$token}) = ($child, $token, $in);
}

sub forget {
  my ($child) = @_;
  my $token = delete $token{$child};
  return if !defined $token;
  delete $pid{$token};
  close delete $control{$token};
  return $token;
}

my %signal = (
  kill => sub { my ($child, $token) = @_; forget($child); kill KILL => $child; waitpid $child, 0; say_($token, 'gone') },
  stop => sub { my ($child, $token) = @_; kill STOP => $child; waitpid $child, WUNTRACED; say_($token, 'stopped') },
  cont => sub { my ($child, $token) = @_; kill CONT => $child; say_($token, 'continued') },
);

sub obey {
  my ($token, $verb, @arguments) = split / /, $_[0];
  return start($token, @arguments) if $verb eq 'fork';
  return say_($token, 'failed', 'there-is-no-such-actor') if !$pid{$token};
  return $signal{$verb}->($pid{$token}, $token) if $signal{$verb};
  $leaving{$token} = 1 if $verb eq 'leave';
  my $in = $control{$token};
  syswrite($in, join(' ', $verb, @arguments) . "\n");
}

sub reap {
  while ((my $child = waitpid(-1, WNOHANG)) > 0) {
    my $status = $?;
    my $token = forget($child);
    next if !defined $token;
    say_($token, delete $leaving{$token} ? 'gone' : "failed died-with-$status");
  }
}

syscall($PRCTL, $DUMPABLE, 0, 0, 0, 0) if !$seen;
my $text = '';
say_('stage', 'ready', $$);
while (1) {
  my $ready = '';
  vec($ready, 0, 1) = 1;
  my $count = select($ready, undef, undef, 0.02);
  reap();
  next if $count < 1;
  sysread(STDIN, $text, 65536, length $text) or last;
  while ($text =~ s/^(.*)\n//) { obey("$1") }
}
kill KILL => $_ for keys %token;
waitpid $_, 0 for keys %token;
