# Mounts at a directory what no server answers for, then becomes a command: python3 dead-mount.py DIRECTORY COMMAND...
# To be run by root in a mount namespace of its own. Whoever looks at the directory waits in the kernel, as for an NFS
# server that is gone.
import ctypes
import os
import sys

directory, *command = sys.argv[1:]
libc = ctypes.CDLL(None, use_errno=True)
# Nobody reads this descriptor, and so nobody serves the file system; it lasts as long as the descriptor does.
server = os.open("/dev/fuse", os.O_RDWR)
os.set_inheritable(server, True)
options = f"fd={server},rootmode=40000,user_id=0,group_id=0,allow_other"
if libc.mount(b"nobody", os.fsencode(directory), b"fuse.dead", 0, options.encode()) != 0:
    sys.exit(f"cannot mount at {directory}: {os.strerror(ctypes.get_errno())}")
os.execvp(command[0], command)
