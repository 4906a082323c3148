"""Asks through the official SDK of CodeArts Check. Facts come as JSON in the
only argument; `done` is printed at the end."""

import json
import sys
import time
import urllib.error
import urllib.request

from huaweicloudsdkcodeartscheck.v2 import (
    CodeArtsCheckClient,
    RunRequestV2,
    RunTaskRequest,
    ShowTaskCmetricsRequest,
    ShowTaskDetailRequest,
    ShowTaskListByProjectIdRequest,
)
from huaweicloudsdkcore.auth.credentials import BasicCredentials
from huaweicloudsdkcore.exceptions.exceptions import ClientRequestException
from huaweicloudsdkcore.region.region import Region

FACTS = json.loads(sys.argv[1])
URL, PROJECT = FACTS["url"], FACTS["project"]


def client(secret, project=PROJECT):
    credentials = BasicCredentials(FACTS["ak"], secret, project)
    return CodeArtsCheckClient.new_builder().with_credentials(credentials).with_endpoint(URL).build()


def tasks(api, **page):
    return api.show_task_list_by_project_id(
        ShowTaskListByProjectIdRequest(project_id=PROJECT, **page)
    )


def refused(call):
    try:
        answer = call()
    except ClientRequestException as error:
        return error
    raise AssertionError(f"this was not refused: {answer}")


def request(method, path, body=None, headers=None):
    """Without the SDK, as a small script does it."""
    data = None if body is None else json.dumps(body).encode()
    wanted = urllib.request.Request(URL + path, data=data, method=method)
    wanted.add_header("Content-Type", "application/json")
    for name, value in (headers or {}).items():
        wanted.add_header(name, value)
    with urllib.request.urlopen(wanted) as answer:
        return answer.status, dict(answer.headers), json.loads(answer.read())


api = client(FACTS["sk"])

# The plan that the push made is a task.
listed = tasks(api)
assert listed.total == 1 and listed.status_code == 200, listed
assert listed.tasks[0].task_name == "default", listed
assert listed.tasks[0].last_check_time, listed

# The SDK does not know the third version of making a task; its client can
# sign any request.
body = {
    "repo_url": f"git@code.example.com:{PROJECT}/site.git",
    "branch": "main",
    "name": "通过-SDK_1.0",
    "config_template": {"branch": "main", "rule_sets": [{"language": "PYTHON"}]},
    "project_id": PROJECT,
}
answer = api.call_api("/v3/task", "POST", body=body, response_type="CreateTaskResponse")
made = json.loads(answer.raw_content)
assert made["httpStatus"] == "OK" and made["status"] == "success", made
task = made["result"]["id"]
assert len(task) == 32, made

# Query and path are part of what is signed.
page = tasks(api, offset=0, limit=1)
assert page.total == 2 and len(page.tasks) == 1, page
assert len(tasks(api, offset=2, limit=1).tasks) == 0
names = {one.task_name for one in tasks(api, limit=100).tasks}
assert names == {"default", "通过-SDK_1.0"}, names

run = api.run_task(RunTaskRequest(task_id=task, body=RunRequestV2()))
assert len(run.exec_id) == 32, run
for _ in range(600):
    detail = api.show_task_detail(ShowTaskDetailRequest(task_id=task))
    if detail.code_line is not None:
        break
    time.sleep(0.1)
assert detail.task_name == "通过-SDK_1.0" and detail.git_branch == "main", detail
assert (detail.code_line_total, detail.code_line, detail.comment_lines) == (4, 2, 1), detail
assert detail.issue_count == 1, detail
metrics = api.show_task_cmetrics(ShowTaskCmetricsRequest(project_id=PROJECT, task_id=task))
known = metrics.metric_info
assert (known.raw_lines, known.code_size) == ("4", "2"), metrics
assert (known.methods_total, known.files_total) == ("1", "1"), metrics
assert known.maximum_cyclomatic_complexity == "1", metrics

# Refusals come as the SDK's own exceptions, with code and message.
error = refused(lambda: tasks(client("0" * 40)))
assert (error.status_code, error.error_code) == (401, "APIGW.0301"), error
assert error.error_msg.startswith("Incorrect IAM authentication information"), error
error = refused(lambda: tasks(api, limit=101))
assert (error.status_code, error.error_code) == (400, "CC.00050000.400"), error
error = refused(lambda: api.call_api("/v3/task", "POST", body={**body, "name": "a b"}))
assert (error.status_code, error.error_code) == (400, "CC.00050000.400"), error
missing = ShowTaskListByProjectIdRequest(project_id="0" * 32)
error = refused(lambda: api.show_task_list_by_project_id(missing))
assert (error.status_code, error.error_code) == (404, "CC.00050013"), error

# Without a project id the SDK asks IAM for the one of the region.
credentials = BasicCredentials(FACTS["ak"], FACTS["sk"]).with_iam_endpoint(URL)
builder = CodeArtsCheckClient.new_builder().with_credentials(credentials)
regional = builder.with_region(Region("cn-north-4", URL)).build()
assert len(credentials.project_id) == 32, credentials.project_id
assert tasks(regional, limit=100).total == 2

# A password gives a token, which stands for the signature.
identity = {
    "methods": ["password"],
    "password": {
        "user": {
            "name": FACTS["user"],
            "password": FACTS["password"],
            "domain": {"name": FACTS["team"]},
        }
    },
}
auth = {"auth": {"identity": identity, "scope": {"project": {"name": "cn-north-4"}}}}
status, headers, answer = request("POST", "/v3/auth/tokens", auth)
assert status == 201 and answer["token"]["user"]["name"] == FACTS["user"], answer
token = {"X-Auth-Token": {name.lower(): value for name, value in headers.items()}["x-subject-token"]}
_, _, answer = request("GET", f"/v2/{PROJECT}/tasks", headers=token)
assert answer["total"] == 2, answer
_, _, answer = request("GET", "/v4/projects?offset=0&limit=10", headers=token)
assert [one["project_id"] for one in answer["projects"]] == [PROJECT], answer
identity["password"]["user"]["password"] = "wrong"
try:
    request("POST", "/v3/auth/tokens", auth)
    raise AssertionError("a wrong password was accepted")
except urllib.error.HTTPError as refusal:
    assert refusal.code == 401, refusal

print("done")
