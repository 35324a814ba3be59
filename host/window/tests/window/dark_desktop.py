"""A desktop's settings (`org.freedesktop.portal.Settings`) in which dark is preferred."""

from gi.repository import Gio, GLib

INTERFACE = """
<node>
  <interface name="org.freedesktop.portal.Settings">
    <method name="ReadOne">
      <arg type="s" direction="in"/>
      <arg type="s" direction="in"/>
      <arg type="v" direction="out"/>
    </method>
  </interface>
</node>
"""
DARK = 1


def answer(_connection, _sender, _path, _interface, _method, parameters, invocation):
    _namespace, key = parameters.unpack()
    if key == "color-scheme":
        value = GLib.Variant("u", DARK)
        invocation.return_value(GLib.Variant.new_tuple(GLib.Variant.new_variant(value)))
    else:
        error = "org.freedesktop.portal.Error.NotFound"
        invocation.return_dbus_error(error, "there is no such setting")


def begin(connection, _name):
    interface = Gio.DBusNodeInfo.new_for_xml(INTERFACE).interfaces[0]
    connection.register_object("/org/freedesktop/portal/desktop", interface, answer)


Gio.bus_own_name(
    Gio.BusType.SESSION,
    "org.freedesktop.portal.Desktop",
    Gio.BusNameOwnerFlags.NONE,
    begin,
    lambda _connection, _name: print("ready", flush=True),
    None,
)
GLib.MainLoop().run()
