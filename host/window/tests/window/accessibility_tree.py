"""Prints what screen readers are told about the window, one JSON object a node."""

import json
import sys

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi, GLib


def describe(node, depth):
    states = node.get_state_set()
    text = node.get_text_iface()
    value = node.get_value_iface()
    place = node.get_component_iface()
    extents = place.get_extents(Atspi.CoordType.WINDOW) if place else None
    return {
        "depth": depth,
        "role": node.get_role_name(),
        "name": node.get_name(),
        "description": node.get_description(),
        "text": Atspi.Text.get_text(text, 0, -1) if text else None,
        "value": Atspi.Value.get_current_value(value) if value else None,
        "interfaces": node.get_interfaces(),
        "top": extents.y if extents else None,
        "bottom": extents.y + extents.height if extents else None,
        "left": extents.x if extents else None,
        "right": extents.x + extents.width if extents else None,
        "focused": states.contains(Atspi.StateType.FOCUSED),
        "selectable": states.contains(Atspi.StateType.SELECTABLE),
    }


def walk(node, depth=0):
    try:
        yield describe(node, depth)
        children = [node.get_child_at_index(i) for i in range(node.get_child_count())]
    except GLib.Error:
        return
    for child in children:
        if child is not None:
            yield from walk(child, depth + 1)


def find(name):
    desktop = Atspi.get_desktop(0)
    for index in range(desktop.get_child_count()):
        application = desktop.get_child_at_index(index)
        if application is not None and application.get_name() == name:
            return application
    return None


application = find(sys.argv[1])
if application is not None:
    for described in walk(application):
        print(json.dumps(described))
