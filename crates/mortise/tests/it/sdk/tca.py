"""Asks as TCA's own document says. Facts come as JSON in the only argument;
`done` is printed at the end."""

import json
import sys
import urllib.error
import urllib.request
from hashlib import sha256
from time import time

FACTS = json.loads(sys.argv[1])
LIST = "{url}/server/main/api/orgs/{org}/teams/{team}/repos/?limit=12&offset=0".format(**FACTS)


def get_headers(user_id, token, timestamp=None):
    """As the document has it, but for the moment that can be given."""
    timestamp = timestamp or int(time())
    token_sig = "%s%s#%s#%s%s" % (timestamp, user_id, token, user_id, timestamp)
    ticket = sha256(token_sig.encode("utf-8")).hexdigest().upper()
    return {
        "TCA-USERID": user_id,
        "TCA-TIMESTAMP": str(timestamp),
        "TCA-TICKET": ticket,
    }


def ask(headers):
    try:
        with urllib.request.urlopen(urllib.request.Request(LIST, headers=headers)) as answer:
            return answer.status, json.loads(answer.read())
    except urllib.error.HTTPError as refusal:
        return refusal.code, json.loads(refusal.read())


status, answer = ask(get_headers(FACTS["user"], FACTS["token"]))
assert (status, answer["code"], answer["status_code"]) == (200, 0, 200), answer
assert [row["name"] for row in answer["data"]["results"]] == ["site"], answer
assert answer["data"]["results"][0]["recent_active"] is None, answer

status, answer = ask({"Authorization": "Token " + FACTS["token"]})
assert (status, answer["data"]["count"]) == (200, 1), answer

wrong = {
    "an old moment": get_headers(FACTS["user"], FACTS["token"], int(time()) - 3600),
    "another's name": get_headers("admin", FACTS["token"]),
    "a guessed token": get_headers(FACTS["user"], "0" * 40),
    "a changed moment": {
        **get_headers(FACTS["user"], FACTS["token"]),
        "TCA-TIMESTAMP": str(int(time()) + 1),
    },
    "nothing at all": {},
}
for what, headers in wrong.items():
    status, answer = ask(headers)
    assert (status, answer["code"]) == (401, 1000), (what, answer)

print("done")
