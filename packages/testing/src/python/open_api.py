"""Calls the operations of a service as its OpenAPI 3.1 file describes them, and holds each answer against it."""

import base64
import json
import os
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

from json_schema import Invalid, resolve, validate

TIMEOUT_SECONDS = 30
# What runs on this machine is not reached through a proxy.
OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class Answer:
    def __init__(self, status, headers, body):
        self.status = status
        self.headers = headers
        self.body = body


class Service:
    """A service, by its file. `door` takes the place of the host in the file's first server."""

    def __init__(self, file, door):
        self.document = json.loads(Path(file).read_text(encoding="utf-8"))
        self.base = door + urllib.parse.urlsplit(server_url(self.document["servers"][0])).path
        self.operations = {
            operation["operationId"]: (method, path, operation)
            for path, methods in self.document["paths"].items()
            for method, operation in methods.items()
            if isinstance(operation, dict) and "operationId" in operation
        }

    def call(self, operation_id, parameters=None, body=None, checked=True):
        """Sends a request by an operation's id and answers with an Answer. Raises Invalid when either breaks the file.
        With `checked=False` a request goes out that is wrong on purpose."""
        method, path, operation = self.operations[operation_id]
        query, headers = {}, {}
        for parameter in (self.followed(it) for it in operation.get("parameters", [])):
            name, place = parameter["name"], parameter["in"]
            value = (parameters or {}).get(name)
            if value is None:
                if parameter.get("required"):
                    raise Invalid(f"{operation_id} needs the parameter {name}")
                continue
            validate(value, parameter["schema"], self.document, f"{operation_id} {name}")
            if place == "path":
                path = path.replace("{" + name + "}", urllib.parse.quote(value, safe=""))
            else:
                (query if place == "query" else headers)[name] = value
        unknown = (parameters or {}).keys() - {self.followed(it)["name"] for it in operation.get("parameters", [])}
        if unknown:
            raise Invalid(f"{operation_id} has no parameter {', '.join(sorted(unknown))}")
        if body is not None and checked:
            content = self.followed(operation["requestBody"])["content"]["application/json"]
            validate(body, content["schema"], self.document, f"{operation_id} request")
        url = self.base + path + ("?" + urllib.parse.urlencode(query) if query else "")
        return self.checked(operation_id, operation, send(method.upper(), url, {**allowing(operation), **headers}, body))

    def follow(self, operation_id, link):
        """Reads what a link or Location points to, and holds the answer against the operation that it is one of."""
        _, _, operation = self.operations[operation_id]
        return self.checked(
            operation_id,
            operation,
            send("GET", urllib.parse.urljoin(self.base + "/", link), allowing(operation), None),
        )

    def example(self, operation_id):
        """The example of an operation's request body."""
        _, _, operation = self.operations[operation_id]
        return json.loads(json.dumps(self.followed(operation["requestBody"])["content"]["application/json"]["example"]))

    def followed(self, node):
        return resolve(node["$ref"], self.document) if "$ref" in node else node

    def checked(self, operation_id, operation, answer):
        where = f"{operation_id} {answer.status}"
        response = operation["responses"].get(str(answer.status))
        if response is None:
            raise Invalid(f"{where}: the file has no such answer")
        response = self.followed(response)
        for name, header in response.get("headers", {}).items():
            header = self.followed(header)
            value = answer.headers.get(name)
            if value is not None:
                validate(value, header["schema"], self.document, f"{where} header {name}")
            elif header.get("required"):
                raise Invalid(f"{where}: the header {name} is missing")
        media_type = (answer.headers.get("content-type") or "").split(";")[0]
        content = response.get("content", {})
        if media_type not in content:
            raise Invalid(f"{where}: {media_type} is none of {', '.join(content)}")
        validate(answer.body, content[media_type]["schema"], self.document, where)
        return answer


def server_url(server):
    url = server["url"]
    for name, variable in server.get("variables", {}).items():
        url = url.replace("{" + name + "}", variable["default"])
    return url


def allowing(operation):
    """The header with the first access token of DURE_TOKENS that has one of an operation's scopes."""
    scopes = {scope for way in operation.get("security", []) for scope in way.get("oauth2", [])}
    for token in json.loads(os.environ.get("DURE_TOKENS", "[]")):
        payload = token.split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        if scopes & set(claims["scope"].split()):
            return {"authorization": f"Bearer {token}"}
    return {}


def send(method, url, headers, body):
    data = None if body is None else json.dumps(body).encode("utf-8")
    request = urllib.request.Request(url, data=data, method=method, headers=headers)
    if data is not None:
        request.add_header("content-type", "application/json")
    try:
        with OPENER.open(request, timeout=TIMEOUT_SECONDS) as response:
            return Answer(response.status, response.headers, json.load(response))
    except urllib.error.HTTPError as error:
        with error:
            return Answer(error.code, error.headers, json.load(error))
