"""What schemathesis has to be told of the portal: a page's part in a call, and what a PDF is."""

import requests
import schemathesis

BY_CARD = {("POST", "/api/registrations"), ("POST", "/api/session")}


@schemathesis.hook
def before_call(context, case, kwargs):
    """A fresh challenge for every call that is judged by card: without one, or with one that is
    spent, no token would be looked at."""
    if (case.method.upper(), case.path) not in BY_CARD:
        return
    origin = case.operation.schema.get_base_url().rstrip("/")
    answer = requests.post(f"{origin}/api/challenges", headers={"Origin": origin}, timeout=30)
    answer.raise_for_status()
    case.cookies = {**(case.cookies or {}), **answer.cookies.get_dict()}


@schemathesis.deserializer("application/pdf")
def read_pdf(context, response):
    """Its bytes, if it is one (ISO 32000-2 §7.5.2)."""
    if not response.content.startswith(b"%PDF-"):
        raise ValueError("no PDF")
    return response.content.decode("latin-1")
