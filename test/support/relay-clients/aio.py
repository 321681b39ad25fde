"""A subscriber on i3ipc's asynchronous connections. For each workspace event it asks for the workspaces, prints what it saw, and says it by a tick."""
import asyncio

from i3ipc import Event
from i3ipc.aio import Connection


async def on_workspace(connection, event):
    names = [workspace.name for workspace in await connection.get_workspaces()]
    print("saw", *names, flush=True)
    await connection.send_tick("aio saw " + " ".join(names))


async def main():
    connection = await Connection().connect()
    connection.on(Event.WORKSPACE, on_workspace)
    await connection.main()
    print("main() returned")


asyncio.run(main())
