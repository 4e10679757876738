"""Sends the requests that arrive as lines of JSON by boto3, and answers each with a line of JSON."""

import json
import os
import re
import sys

import boto3
import botocore.exceptions

NAMES = {"eventbridge": "events", "sfn": "stepfunctions"}
clients = {}


def client_of(service):
    if service not in clients:
        # Before 1.28 boto3 did not read the variable by itself.
        name = NAMES.get(service, service)
        clients[service] = boto3.client(name, endpoint_url=os.environ["AWS_ENDPOINT_URL"])
    return clients[service]


def plain(value):
    return value.read().decode() if hasattr(value, "read") else str(value)


def send(service, operation, request):
    method = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", operation).lower()
    return getattr(client_of(service), method)(**request)


for line in sys.stdin:
    given = json.loads(line)
    try:
        answer = {"answer": send(given["service"], given["operation"], given["input"])}
    except botocore.exceptions.ClientError as error:
        found = error.response["Error"]
        answer = {"code": type(error).__name__ + " " + found["Code"], "message": found["Message"]}
    except Exception as error:
        answer = {"code": type(error).__name__, "message": str(error)}
    print(json.dumps(answer, default=plain), flush=True)
