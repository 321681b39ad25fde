"""Runs a program as its tracer (ptrace(2)). SIGUSR1: hold it, as a debugger does; SIGUSR2: let it go on."""

import ctypes
import os
import signal
import sys

PTRACE_TRACEME, PTRACE_CONT = 0, 7
libc = ctypes.CDLL(None, use_errno=True)
child = os.fork()
if child == 0:
    libc.ptrace(PTRACE_TRACEME, 0, 0, 0)
    os.execvp(sys.argv[1], sys.argv[1:])

held = False


def hold(*_):
    global held
    held = True
    os.kill(child, signal.SIGSTOP)


def release(*_):
    global held
    held = False
    libc.ptrace(PTRACE_CONT, child, 0, 0)


signal.signal(signal.SIGUSR1, hold)
signal.signal(signal.SIGUSR2, release)
print(child, flush=True)
while True:
    _, status = os.waitpid(child, 0)
    if os.WIFEXITED(status) or os.WIFSIGNALED(status):
        break
    by = os.WSTOPSIG(status)
    if held:
        print("held", flush=True)
    else:
        libc.ptrace(PTRACE_CONT, child, 0, 0 if by == signal.SIGTRAP else by)
