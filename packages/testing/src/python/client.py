"""A customer of Dure in another language: knows nothing of it but the generated files.

    python3 client.py <folder of the generated files> <URL of the front door>

Places an order and reads its events; every request and answer is held against the OpenAPI file of its service, every
event against its JSON Schema and the AsyncAPI file. Prints what it saw as JSON; ends with 1 at the first difference.
"""

import json
import sys
import time
import uuid
from pathlib import Path

from json_schema import Invalid, validate
from open_api import Service

DEADLINE_SECONDS = 60
PAUSE_SECONDS = 0.1


def main(generated, door):
    folder = Path(generated)
    services = {file.stem: Service(file, door) for file in (folder / "openapi").glob("*.json")}
    sku = f"PY-{uuid.uuid4().hex[:12].upper()}"
    stock(services, sku)
    order = place(services["orders"], sku)
    order = finish(services["orders"], order)
    events = services["orders"].call("listOrderEvents", {"orderId": order["orderId"]}).body["items"]
    journal = journal_of(services["journal"], order["orderId"])
    check_messages(folder, journal)
    refusal = refuse(services["orders"])
    return {
        "orderId": order["orderId"],
        "status": order["status"],
        "events": [event["type"] for event in events],
        "journal": [event["type"] for event in journal],
        "refusal": refusal["type"],
    }


def stock(services, sku):
    product = {**services["catalog"].example("addProduct"), "sku": sku}
    expect(services["catalog"].call("addProduct", {"Idempotency-Key": str(uuid.uuid4())}, product), 201)
    expect(services["inventory"].call("setStock", {"sku": sku}, {"onHand": 5}), 200)


def place(orders, sku):
    """Orders have their own copy of the catalogue, which a new product reaches a moment later."""
    body = orders.example("placeOrder")
    body["items"] = [{"sku": sku, "quantity": 2}]

    def attempt():
        key = {"Idempotency-Key": str(uuid.uuid4())}
        placed = expect(orders.call("placeOrder", key, body), 202)
        again = expect(orders.call("placeOrder", key, body), 202)
        if again.body != placed.body:
            raise Invalid("the same key was answered with another order")
        return placed if placed.body["status"] == "placed" else None

    return until("The product is for sale", attempt)


def finish(orders, placed):
    def attempt():
        order = expect(orders.follow("getOrder", placed.headers["location"]), 200).body
        return order if order["status"] in ("completed", "rejected", "cancelled") else None

    return until("The order ends", attempt)


def journal_of(journal, order_id):
    """All that was on the bus about the order, page by page, once its last event is there."""

    def attempt():
        page = expect(journal.call("listEvents", {"subject": order_id, "limit": 4}), 200).body
        found = page["items"]
        while "next" in page["_links"]:
            page = expect(journal.follow("listEvents", page["_links"]["next"]["href"]), 200).body
            found += page["items"]
        return found if any("OrderCompleted" in event["type"] for event in found) else None

    return until("The journal has the end of the order", attempt)


def check_messages(folder, journal):
    messages = json.loads((folder / "asyncapi.json").read_text(encoding="utf-8"))["components"]["messages"]
    names = {message["name"] for message in messages.values()}
    files = [json.loads(file.read_text(encoding="utf-8")) for file in (folder / "json-schema").rglob("*.json")]
    schemas = {schema["$id"]: schema for schema in files}
    for event in journal:
        if event["type"] not in names:
            raise Invalid(f"the AsyncAPI file does not have {event['type']}")
        schema = schemas[event["dataschema"]]
        validate(event["data"], schema, schema, event["type"])


def refuse(orders):
    """A request that is wrong is answered as the file says, too."""
    body = orders.example("placeOrder")
    del body["items"]
    answer = orders.call("placeOrder", {"Idempotency-Key": str(uuid.uuid4())}, body, checked=False)
    return expect(answer, 400).body


def expect(answer, status):
    if answer.status != status:
        raise Invalid(f"not {status} but {answer.status}: {answer.body}")
    return answer


def until(what, attempt):
    deadline = time.monotonic() + DEADLINE_SECONDS
    while time.monotonic() < deadline:
        result = attempt()
        if result is not None:
            return result
        time.sleep(PAUSE_SECONDS)
    raise Invalid(f"{what}: not within {DEADLINE_SECONDS} seconds")


if __name__ == "__main__":
    try:
        print(json.dumps(main(*sys.argv[1:])))
    except Invalid as problem:
        sys.exit(str(problem))
