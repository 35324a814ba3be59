"""Holds recorded answers to the description: `answers.py SCHEMA` reads them, a line each, as
`visit.rs` records them. Each line of the output is a fault; the last says how many were judged."""

import base64
import json
import sys

import requests
import schemathesis
from schemathesis import Response
from schemathesis.checks import CHECKS, load_all_checks

JUDGED = [
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
]


def response(call):
    headers = {}
    for name, value in call["headers"]:
        headers.setdefault(name, []).append(value)
    return Response(
        status_code=call["status"],
        headers=headers,
        content=base64.b64decode(call["body"]),
        request=requests.Request(call["method"], call["url"]).prepare(),
        elapsed=0.0,
        verify=True,
    )


load_all_checks()
checks = CHECKS.get_by_names(JUDGED)
schema = schemathesis.openapi.from_url(sys.argv[1])
count = 0
for line in sys.stdin:
    call = json.loads(line)
    case = schema[call["path"]][call["method"]].Case()
    try:
        case.validate_response(response(call), checks=checks)
    except BaseExceptionGroup as faults:
        for fault in faults.exceptions:
            print(f"{call['method']} {call['path']} {call['status']}: {fault}")
    count += 1
print(f"judged {count}")
