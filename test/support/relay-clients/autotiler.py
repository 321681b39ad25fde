"""An autotiler: splits the focused window along its longer side."""
import i3ipc


def on_focus(connection, event):
    window = connection.get_tree().find_focused()
    if window is not None and window.type == "con":
        connection.command("splitv" if window.rect.height > window.rect.width else "splith")


connection = i3ipc.Connection()
connection.on("window::focus", on_focus)
connection.main()
print("main() returned")
