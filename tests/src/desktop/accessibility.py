"""Prints, for each line read, every node of the accessibility tree as one line of JSON."""

import json
import sys

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi, GLib  # noqa: E402


def texts(node):
    """Whatever the node gives away as its content."""
    found = []
    text = node.get_text_iface()
    if text is not None:
        found.append(Atspi.Text.get_text(text, 0, -1))
    value = node.get_value_iface()
    if value is not None:
        found.append(str(value.get_current_value()))
    found.extend(f"{key}={content}" for key, content in (node.get_attributes() or {}).items())
    return found


def describe(node):
    states = node.get_state_set().get_states()
    return {
        "process": node.get_process_id(),
        "role": node.get_role_name() or "",
        "name": node.get_name() or "",
        "description": node.get_description() or "",
        "text": texts(node),
        "states": [state.value_nick for state in states],
    }


def walk(node, found):
    """A node that goes away while it is looked at is not there."""
    try:
        found.append(describe(node))
        children = [node.get_child_at_index(place) for place in range(node.get_child_count())]
    except GLib.Error:
        return
    for child in children:
        if child is not None:
            walk(child, found)


def main():
    Atspi.init()
    for _ in sys.stdin:
        context = GLib.MainContext.default()
        while context.iteration(False):
            pass
        found = []
        desktop = Atspi.get_desktop(0)
        desktop.clear_cache()
        for place in range(desktop.get_child_count()):
            application = desktop.get_child_at_index(place)
            if application is not None:
                walk(application, found)
        print(json.dumps(found), flush=True)


main()
