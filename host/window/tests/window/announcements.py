"""Prints every announcement screen readers are to speak, a line each, until it is ended."""

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi, GLib


def heard(event):
    print(f"{event.detail1} {event.any_data}", flush=True)


listener = Atspi.EventListener.new(heard)
listener.register("object:announcement")
print("listening", flush=True)
GLib.MainLoop().run()
