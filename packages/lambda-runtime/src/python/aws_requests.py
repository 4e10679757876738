"""Keeps requests to AWS on this machine, as aws-requests.mjs does for JavaScript.

boto3 reads AWS_ENDPOINT_URL from 1.28 on (botocore 1.31). An older one, such as Debian's, gets the endpoint here. What
asks for a host of AWS nevertheless is refused: nothing that a function signs leaves this machine.
"""

import importlib.abc
import importlib.util
import os
import re
import socket
import sys

AWS = re.compile(r"(?:^|\.)(?:amazonaws\.com(?:\.cn)?|on\.aws)$")


class OldBotocore(importlib.abc.MetaPathFinder):
    def __init__(self, endpoint):
        self.endpoint = endpoint

    def find_spec(self, fullname, path, target=None):
        if fullname != "botocore.session":
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(fullname)
        version = getattr(sys.modules["botocore"], "__version__", "")
        if spec is not None and re.match(r"1\.(?:[12]?\d|30)\.", version):
            load = spec.loader.exec_module

            def load_and_give(module):
                load(module)
                give_endpoint(module.Session, self.endpoint)

            spec.loader.exec_module = load_and_give
        return spec


def give_endpoint(session, endpoint):
    create = session.create_client

    # The sixth argument is endpoint_url.
    def create_client(self, *arguments, **named):
        if len(arguments) < 6 and named.get("endpoint_url") is None:
            named["endpoint_url"] = endpoint
        return create(self, *arguments, **named)

    session.create_client = create_client


def refuse_aws(endpoint):
    resolve = socket.getaddrinfo

    def getaddrinfo(host, *arguments, **named):
        name = host.decode("ascii", "replace") if isinstance(host, bytes) else host
        if isinstance(name, str) and AWS.search(name.lower().rstrip(".")):
            raise OSError("%s is not asked from here: AWS answers at %s (AWS_ENDPOINT_URL)." % (name, endpoint))
        return resolve(host, *arguments, **named)

    socket.getaddrinfo = getaddrinfo


def keep_requests_here():
    endpoint = os.environ.get("AWS_ENDPOINT_URL")
    if endpoint is None:
        return
    sys.meta_path.insert(0, OldBotocore(endpoint))
    refuse_aws(endpoint)
    # A proxy would resolve the host by itself.
    for name in ("NO_PROXY", "no_proxy"):
        os.environ[name] = ",".join(filter(None, [os.environ.get(name), ".amazonaws.com,.amazonaws.com.cn,.on.aws"]))
