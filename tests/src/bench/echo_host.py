# A native-messaging host as the browsers' makers show one: it says every message back.
#
# Chromium's echo.py and MDN's ping_pong.py are Python scripts that do this; what they import
# besides is left out.

import json
import struct
import sys

while length := sys.stdin.buffer.read(4):
    message = json.loads(sys.stdin.buffer.read(struct.unpack("@I", length)[0]))
    answer = json.dumps(message).encode()
    sys.stdout.buffer.write(struct.pack("@I", len(answer)))
    sys.stdout.buffer.write(answer)
    sys.stdout.buffer.flush()
