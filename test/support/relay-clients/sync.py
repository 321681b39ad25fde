"""A subscriber on i3ipc's synchronous connections. For each workspace event it asks for the workspaces, prints what it saw, and says it by a tick."""
import i3ipc

connection = i3ipc.Connection()


def on_workspace(connection, event):
    names = [workspace.name for workspace in connection.get_workspaces()]
    print("saw", *names, flush=True)
    connection.send_tick("sync saw " + " ".join(names))


connection.on("workspace", on_workspace)
connection.main()
print("main() returned")
