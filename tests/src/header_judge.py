"""What drHEADer finds wrong with the headers of answers: `header_judge.py AUTHORITY` reads calls,
a line of JSON each (`method`, `url`, `headers`), and prints each answer's status and findings."""

import json
import sys

import requests
from drheader import Drheader

for line in sys.stdin:
    call = json.loads(line)
    answer = requests.request(
        call["method"],
        call["url"],
        headers=call["headers"],
        verify=sys.argv[1],
        allow_redirects=False,
        timeout=30,
    )
    headers = dict(answer.headers)
    # Each cookie by itself: the one line that requests makes of them would hide the second.
    cookies = answer.raw.headers.getlist("Set-Cookie")
    if cookies:
        headers["Set-Cookie"] = cookies
    findings = [finding.to_dict() for finding in Drheader(headers=headers).analyze()]
    print(json.dumps({"status": answer.status_code, "findings": findings}))
