"""
A terminal of its own for a program, and a shell's part beside it.

usage: terminal.py COLUMNS ROWS COMMAND...

What the program writes goes to stdout. The text of $TYPED is typed once the program has written $TYPED_AFTER. On stderr: `shell PID program PID`, then `stopped`, `status N` or `signal N`, each
with `echo on` or `echo off` behind it. SIGHUP hangs the terminal up. The shell takes the foreground on SIGUSR1 and gives it to the
program on SIGUSR2, and tells of the echo then.
"""
import fcntl
import os
import pty
import signal
import struct
import sys
import termios

tell_to = os.dup(2)


def tell(text):
    os.write(tell_to, f"{text}\n".encode())


def echo():
    try:
        return "echo on" if termios.tcgetattr(0)[3] & termios.ECHO else "echo off"
    except termios.error:
        return "echo gone"


def shell(columns, rows, command):
    fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
    signal.signal(signal.SIGTTOU, signal.SIG_IGN)
    program = os.fork()
    if program == 0:
        os.setpgid(0, 0)
        os.tcsetpgrp(0, os.getpid())
        signal.signal(signal.SIGTTOU, signal.SIG_DFL)
        os.execvp(command[0], command)

    def give(group):
        os.tcsetpgrp(0, group)
        tell(echo())

    signal.signal(signal.SIGUSR1, lambda *_: give(os.getpgrp()))
    signal.signal(signal.SIGUSR2, lambda *_: give(program))
    signal.signal(signal.SIGHUP, lambda *_: os.kill(program, signal.SIGHUP))
    tell(f"shell {os.getpid()} program {program}")
    while True:
        _, status = os.waitpid(program, os.WUNTRACED)
        if os.WIFSTOPPED(status):
            tell(f"stopped {echo()}")
        elif os.WIFSIGNALED(status):
            return tell(f"signal {os.WTERMSIG(status)} {echo()}")
        else:
            return tell(f"status {os.WEXITSTATUS(status)} {echo()}")


columns, rows, *command = sys.argv[1:]
leader, terminal = pty.fork()
if leader == 0:
    shell(int(columns), int(rows), command)
    os._exit(0)

signal.signal(signal.SIGHUP, lambda *_: os.close(terminal))
typed, after = os.environ.get("TYPED", ""), os.environ.get("TYPED_AFTER", "")
written = b""
while True:
    try:
        text = os.read(terminal, 65536)
    except OSError:
        break
    os.write(1, text)
    written += text
    if typed and after.encode() in written:
        os.write(terminal, typed.encode())
        typed = ""
os.waitpid(leader, 0)
