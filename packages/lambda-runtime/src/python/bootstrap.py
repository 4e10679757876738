"""Lambda's runtime for Python: loads the handler once, then answers one invocation after the other.

It speaks the Lambda runtime API, and hands what the function writes to the descriptor CHANNEL, so that lines and
answers keep their order. Only the standard library is used, and no more of the language than Python 3.9 has.
Source: https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
"""

import datetime
import decimal
import http.client
import importlib
import io
import json
import logging
import os
import sys
import time
import traceback

import aws_requests

CHANNEL = 3
API = "/2018-06-01/runtime"
IS_JSON = os.environ.get("AWS_LAMBDA_LOG_FORMAT") == "JSON"
# Lambda's names of levels, by those of the module logging.
LEVELS = {"WARNING": "WARN", "CRITICAL": "FATAL"}
request_id = None


def send(message):
    data = memoryview((json.dumps(message) + "\n").encode())
    while data:
        data = data[os.write(CHANNEL, data) :]


class Written(io.RawIOBase):
    """A standard stream. What child processes write to its descriptor arrives by itself."""

    def __init__(self, name, descriptor):
        self.stream = name
        self.descriptor = descriptor

    def writable(self):
        return True

    def fileno(self):
        return self.descriptor

    def write(self, data):
        send({"written": bytes(data).decode("latin-1"), "stream": self.stream})
        return len(data)


def stream(name, descriptor):
    buffered = io.BufferedWriter(Written(name, descriptor))
    return io.TextIOWrapper(buffered, encoding="utf-8", errors="backslashreplace", line_buffering=True)


def now():
    instant = datetime.datetime.now(datetime.timezone.utc)
    return instant.strftime("%Y-%m-%dT%H:%M:%S.") + "%03dZ" % (instant.microsecond // 1000)


class Handler(logging.Handler):
    """Writes records as Lambda does. Source: https://docs.aws.amazon.com/lambda/latest/dg/python-logging.html"""

    def emit(self, record):
        try:
            at = now()
            text = self.as_json(record, at) if IS_JSON else self.as_text(record, at)
            level = LEVELS.get(record.levelname, record.levelname).lower()
            send({"log": {"time": at, "level": level, "text": text, "body": text}})
        except Exception:
            self.handleError(record)

    def as_text(self, record, at):
        return "[%s]\t%s\t%s\t%s" % (record.levelname, at, request_id, self.format(record))

    def as_json(self, record, at):
        level = LEVELS.get(record.levelname, record.levelname)
        fields = {"timestamp": at, "level": level, "message": record.getMessage(), "logger": record.name}
        if request_id is not None:
            fields["requestId"] = request_id
        if record.exc_info and record.exc_info[1] is not None:
            error = described(record.exc_info[1])
            fields.update({"stackTrace": error["stackTrace"], "errorType": error["errorType"]})
            fields["errorMessage"] = error["errorMessage"]
        return json.dumps(fields, default=str, ensure_ascii=False)


class RuntimeFailure(Exception):
    """A failure that Lambda itself names."""

    def __init__(self, kind, message):
        super().__init__(message)
        self.kind = kind


def described(error):
    """An exception as the Invoke API answers it. The frames of this file are left out."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename != __file__]
    kind = "Runtime." + error.kind if isinstance(error, RuntimeFailure) else type(error).__name__
    stack = [] if isinstance(error, RuntimeFailure) else traceback.format_list(frames)
    return {"errorMessage": str(error), "errorType": kind, "stackTrace": stack}


def log_error(error):
    description = described(error)
    if IS_JSON:
        text = json.dumps({"timestamp": now(), "level": "ERROR", "requestId": request_id, **description})
    else:
        lines = "".join(["Traceback (most recent call last):\n"] + description["stackTrace"])
        stack = lines if description["stackTrace"] else ""
        text = "[ERROR] %s: %s\n%s" % (description["errorType"], description["errorMessage"], stack)
    send({"log": {"time": now(), "level": "error", "text": text, "body": text.rstrip()}})
    return description


class Identity:
    """Who calls by a mobile SDK: nobody here."""

    cognito_identity_id = None
    cognito_identity_pool_id = None


class Context:
    """What a handler gets as its second argument. Source: .../lambda/latest/dg/python-context.html"""

    def __init__(self, headers):
        variable = os.environ.get
        self.aws_request_id = headers["Lambda-Runtime-Aws-Request-Id"]
        self.invoked_function_arn = headers["Lambda-Runtime-Invoked-Function-Arn"]
        self.function_name = variable("AWS_LAMBDA_FUNCTION_NAME")
        self.function_version = variable("AWS_LAMBDA_FUNCTION_VERSION")
        self.memory_limit_in_mb = variable("AWS_LAMBDA_FUNCTION_MEMORY_SIZE")
        self.log_group_name = variable("AWS_LAMBDA_LOG_GROUP_NAME")
        self.log_stream_name = variable("AWS_LAMBDA_LOG_STREAM_NAME")
        self.identity = Identity()
        self.client_context = None
        self._deadline = int(headers["Lambda-Runtime-Deadline-Ms"])

    def get_remaining_time_in_millis(self):
        return max(0, self._deadline - int(time.time() * 1000))


def load(name):
    module, separator, function = name.rpartition(".")
    if not separator or module.startswith("/") or ".." in module:
        raise RuntimeFailure("MalformedHandlerName", "Bad handler '%s': it is not MODULE.FUNCTION" % name)
    try:
        loaded = importlib.import_module(module.replace("/", "."))
    except ImportError as error:
        raise RuntimeFailure("ImportModuleError", "Unable to import module '%s': %s" % (module, error)) from error
    except SyntaxError as error:
        raise RuntimeFailure("UserCodeSyntaxError", "Syntax error in module '%s': %s" % (module, error)) from error
    if not callable(getattr(loaded, function, None)):
        raise RuntimeFailure("HandlerNotFound", "Handler '%s' missing on module '%s'" % (function, module))
    return getattr(loaded, function)


def encoded(value):
    """Numbers of DynamoDB become numbers."""
    if isinstance(value, decimal.Decimal):
        return float(value)
    raise TypeError("Object of type %s is not JSON serializable" % type(value).__name__)


def answer(handler, event, context):
    result = handler(json.loads(event), context)
    try:
        return json.dumps(result, default=encoded, ensure_ascii=False)
    except Exception as error:
        raise RuntimeFailure("MarshalError", "Unable to marshal response: %s" % error) from error


def memory_bytes():
    try:
        import resource
    except ImportError:
        return 0
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


class Api:
    """The runtime API, over one connection. It may take as long as it likes until there is something to do."""

    def __init__(self):
        self.connection = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])

    def request(self, method, path, body=None):
        headers = {"Lambda-Runtime-Memory-Bytes": str(memory_bytes())}
        self.connection.request(method, API + path, None if body is None else body.encode(), headers)
        response = self.connection.getresponse()
        return response.headers, response.read().decode()


def main():
    global request_id
    api = Api()
    sys.stdout, sys.stderr = stream("stdout", 1), stream("stderr", 2)
    logging.getLogger().addHandler(Handler())
    if IS_JSON:
        level = os.environ.get("AWS_LAMBDA_LOG_LEVEL", "INFO")
        logging.getLogger().setLevel({"TRACE": "DEBUG", "WARN": "WARNING", "FATAL": "CRITICAL"}.get(level, level))
    aws_requests.keep_requests_here()
    sys.path.insert(0, os.environ["LAMBDA_TASK_ROOT"])
    try:
        handler = load(os.environ["_HANDLER"])
    except Exception as error:
        description = log_error(error)
        send({"end": None})
        api.request("POST", "/init/error", json.dumps(description))
        sys.exit(1)
    while True:
        headers, event = api.request("GET", "/invocation/next")
        context = Context(headers)
        request_id = context.aws_request_id
        os.environ["_X_AMZN_TRACE_ID"] = headers["Lambda-Runtime-Trace-Id"]
        try:
            path, body = "/response", answer(handler, event, context)
        except Exception as error:
            path, body = "/error", json.dumps({**log_error(error), "requestId": request_id}, sort_keys=True)
        sys.stdout.flush()
        sys.stderr.flush()
        send({"end": request_id})
        api.request("POST", "/invocation/%s%s" % (request_id, path), body)


main()
