"""The service: what it answers, what it refuses and why, and that nothing it is sent makes it fail."""

import asyncio
import json
import logging
import time
from dataclasses import replace

import httpx
import numpy as np
import pandas
import pytest

from groundup.pipeline import artifact
from groundup.pipeline.samples import customers
from groundup.pipeline.serving.app import create
from groundup.pipeline.serving.batching import Batcher
from groundup.pipeline.serving.observability import JsonLines


class Client:
    """Asks a service in this process; the service works while it is asked."""

    def __init__(self, app):
        self.app, self.runner = app, asyncio.Runner()

    def __enter__(self):
        self.life = self.app.router.lifespan_context(self.app)
        self.runner.run(self.life.__aenter__())
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
        self.http = httpx.AsyncClient(transport=transport, base_url="http://service")
        return self

    def __exit__(self, *error):
        self.runner.run(self.life.__aexit__(None, None, None))
        self.runner.close()

    def get(self, path, **more):
        return self.runner.run(self.http.get(path, **more))

    def post(self, path, **more):
        return self.runner.run(self.http.post(path, **more))


@pytest.fixture(scope="module")
def model(made):
    return artifact.load(made)


@pytest.fixture(scope="module")
def client(model):
    with Client(create(model)) as client:
        until_ready(client)
        yield client


def until_ready(client):
    for _ in range(500):
        if client.get("/ready").status_code == 200:
            return
        time.sleep(0.01)
    raise AssertionError("it is never ready")


def limited(model, **limits):
    settings = replace(model.config, serving=replace(model.config.serving, **limits))
    return replace(model, config=settings)


def rows(n=3, **changes):
    frame = customers(n, seed=5).drop(columns=["churned", "exit_fee"]).astype(object)
    frame = frame.where(frame.notna(), None)
    return [{**row, **changes} for row in json.loads(frame.to_json(orient="records"))]


def predict(client, some):
    return client.post("/predict", json={"rows": some})


def test_answers_are_those_of_the_model(client, model):
    # rows in another order, probabilities of the other class, categories whose type differs from a file's
    found = predict(client, rows(8))
    assert found.status_code == 200
    frame = pandas.DataFrame(rows(8))
    frame.index += 1
    P = model.probabilities(model.features.check(frame).frame)
    answers = found.json()["predictions"]
    assert [one["decision"] for one in answers] == model.decisions(P).tolist()
    np.testing.assert_allclose([[one["probabilities"][name] for name in model.classes] for one in answers], P)
    assert found.json()["model"] == model.version
    without = [{name: entry for name, entry in row.items() if name != "age"} for row in rows(1)]
    assert predict(client, without).json() == predict(client, rows(1, age=None)).json()  # may be missing


FAULTS = [
    ({"age": "old"}, "age", "type", "must be a number, not a string"),
    ({"age": True}, "age", "type", "must be a number, not true or false"),
    ({"age": [1]}, "age", "type", "must be a number, not a list"),
    ({"age": 1e999}, "age", "type", "is not a finite number"),
    ({"age": 10**400}, "age", "type", "is not a finite number"),
    ({"age": 5000}, "age", "in_range", "5000.0' is not from 0 to"),
    ({"months": None}, "months", "not_nullable", "is missing"),
    ({"plan": "gold"}, "plan", "isin", "'gold' is not one of 'basic', 'plus', 'premium'"),
    ({"plan": 3}, "plan", "type", "must be a string, not a number"),
    ({"plan": {"a": {}}}, "plan", "type", "must be a string, not an object"),
    ({"plan": "\ud800"}, "plan", "type", "is not valid Unicode"),
    ({"customer_since": "soon"}, "customer_since", "date", "'soon' is not a date"),
    ({"customer_since": 7}, "customer_since", "type", "must be a string, not a number"),
    ({"customer_since": "0001-01-01"}, "customer_since", "greater_than", "is before 2019-01-01"),
    ({"plane": "basic"}, "plane", "unknown", "is not a field; there are customer_id, "),
]


@pytest.mark.parametrize(("change", "field", "rule", "reason"), FAULTS)
def test_a_bad_row_is_named_with_its_field(client, change, field, rule, reason):
    # a fault of the second row told of the first; a wrong type that reaches the model
    some = [*rows(1), *rows(1, customer_id="X", **change)]
    found = client.post("/predict", content=json.dumps({"rows": some}).replace("Infinity", "1e999"))
    assert found.status_code == 422
    (fault,) = found.json()["faults"]
    assert (fault["row"], fault["field"]) == (2, field)
    assert fault["rule"].startswith(rule)
    assert reason in fault["reason"]
    assert f"row 2, {field}" in found.json()["error"]


def test_all_faults_are_named(client):
    # only the first of several; a wrong type that is called missing besides
    some = rows(3)
    some[0] |= {"age": "old", "plan": "gold", "months": [], "extra": 1}
    some[2] |= {"customer_id": some[1]["customer_id"]}
    del some[1]["service_calls"]
    found = [(one["row"], one["field"]) for one in predict(client, some).json()["faults"]]
    assert sorted(found) == [(1, "age"), (1, "extra"), (1, "months"), (1, "plan"), (2, "service_calls"),
                             (3, "customer_id")]  # fmt: skip


def test_entries_that_are_missing_are_not_the_same(model):
    # rows without an id, which may be missing, told to occur more than once
    columns = dict(model.contract.columns)
    columns["customer_id"] = replace(columns["customer_id"], missing=True)
    with Client(create(replace(model, contract=replace(model.contract, columns=columns)))) as client:
        assert predict(client, rows(3, customer_id=None)).status_code == 200
        assert predict(client, rows(3, customer_id="C1")).status_code == 422


BODIES = [
    (b"", 400), (b"age=3", 400), (b"\xff\xfe", 400), (b'{"rows": [{"age": NaN}]}', 400), (b"[" * 100_000, 400),
    (b'{"a":' * 100_000, 400), (b"9" * 10_000, 400), (b"null", 422), (b"[]", 422), (b"{}", 422), (b'{"rows": []}', 422),
    (b'{"rows": {}}', 422), (b'{"rows": [1, null]}', 422), (b'{"rows": [{}], "more": 1}', 422),
    (b'{"rows": [{}]}', 422), (b'{"rows": [[[[[[]]]]]]}', 422),
]  # fmt: skip


@pytest.mark.parametrize(("body", "status"), BODIES, ids=range(len(BODIES)))
def test_no_body_makes_it_fail(client, body, status):
    # 500 for what the one who asks has to mend
    found = client.post("/predict", content=body)
    assert found.status_code == status
    assert found.json()["error"]
    assert found.json()["request"] == found.headers["x-request-id"]


def test_bytes_of_any_kind_are_answered(client):
    # an exception for text that nobody thought of
    rng = np.random.default_rng(0)
    good = json.dumps({"rows": rows(1)}).encode()
    for _ in range(15):
        body = bytearray(good)
        for place in rng.integers(0, len(body), 4):
            body[place] = rng.integers(0, 256)
        assert client.post("/predict", content=bytes(body)).status_code in (200, 400, 422)
    entries = ("\x00", "\u202e", "é" * 500, "9" * 5000, "x", "nan", "None", "🎈")
    for field, status in {"plan": 422, "region": 200, "last_note": 200, "customer_since": 422}.items():
        some = [{**row, field: entry} for row, entry in zip(rows(8), entries)]
        assert predict(client, some).status_code == status


def test_limits(model):
    # a body of any length in memory
    async def parts():
        for _ in range(2):
            yield b" " * 1500

    with Client(create(limited(model, most_rows=2, most_bytes=2000))) as client:
        assert predict(client, rows(2)).status_code == 200
        found = predict(client, rows(3))
        assert found.status_code == 413
        assert "at most 2 are allowed" in found.json()["error"]
        found = client.post("/predict", content=b" " * 2001)
        assert (found.status_code, "has 2001 bytes" in found.text) == (413, True)  # refused before it is read
        assert client.post("/predict", content=parts()).status_code == 413  # of a length not told
        assert client.post("/predict", content=b"x", headers={"content-encoding": "gzip"}).status_code == 415
        assert client.get("/predict").status_code == 405
        assert client.get("/no").json()["error"].endswith("there are /predict, /health, /ready, /metrics, "
                                                          "/openapi.json.")  # fmt: skip


def test_a_body_that_does_not_arrive_is_not_waited_for(model):
    # connections that are held for ever, a byte a minute
    async def parts():
        yield b'{"rows": ['
        await asyncio.sleep(5)
        yield b"]}"

    with Client(create(limited(model, seconds=0.05))) as client:
        start = time.perf_counter()
        assert client.post("/predict", content=parts()).status_code == 408
        assert time.perf_counter() - start < 4


def test_a_place_is_free_again_after_every_answer(model):
    # a service that refuses everybody after some hundred requests
    with Client(create(limited(model, waiting=1))) as client:
        assert predict(client, rows(1)).status_code == 200
        assert predict(client, rows(1, plan="gold")).status_code == 422
        assert client.post("/predict", content=b"x").status_code == 400
        assert predict(client, rows(1)).status_code == 200
        assert "groundup_waiting_requests 0.0" in client.get("/metrics").text


class Slow:
    """A model that takes its time, and remembers how many rows it was given."""

    def __init__(self, seconds, fails=None):
        self.seconds, self.calls, self.classes_, self.fails = seconds, [], ["no", "yes"], fails

    def predict_proba(self, frame):
        self.calls.append(len(frame))
        time.sleep(self.seconds)
        if self.fails is not None and (frame["months"] == self.fails).any():
            raise ZeroDivisionError("secret")
        return np.tile([0.25, 0.75], (len(frame), 1))


def test_a_slow_model_is_not_waited_for(model):
    # a request that hangs for ever
    slow = replace(limited(model, seconds=0.05), model=Slow(0.3))
    with Client(create(slow)) as client:
        start = time.perf_counter()
        found = predict(client, rows(1))
        assert found.status_code == 504
        assert time.perf_counter() - start < 0.25
        assert client.get("/health").status_code == 200


def asked(app, requests):
    """Answers to requests that are sent at the same time."""

    async def all_of_them():
        async with app.router.lifespan_context(app):
            transport = httpx.ASGITransport(app)
            async with httpx.AsyncClient(transport=transport, base_url="http://service") as client:
                while (await client.get("/ready")).status_code != 200:
                    await asyncio.sleep(0.01)
                app.state.service.artifact.model.calls = []
                return await asyncio.gather(*(client.post("/predict", json={"rows": one}) for one in requests))

    return asyncio.run(all_of_them())


def test_requests_that_wait_together_are_predicted_together(model):
    # a call for each request; answers that go to another one; a bad request that spoils the others
    slow = replace(limited(model, batch_milliseconds=20), model=Slow(0.02))
    requests = [rows(1 + k % 3) for k in range(30)]
    requests[7][0]["age"] = "old"
    requests[8][1]["plan"] = "gold"
    found = asked(create(slow), requests)
    assert [one.status_code for one in found] == [422 if k in (7, 8) else 200 for k in range(30)]
    assert [len(one.json()["predictions"]) for one in found if one.status_code == 200] == [
        len(one) for k, one in enumerate(requests) if k not in (7, 8)
    ]
    assert [(one["row"], one["field"]) for one in found[8].json()["faults"]] == [(2, "plan")]
    assert len(slow.model.calls) < 10
    assert sum(slow.model.calls) == sum(map(len, requests)) - len(requests[7]) - len(requests[8])


def test_a_request_that_makes_the_model_fail_harms_itself_only(model, caplog):
    # 500 for all of a batch; the reason told to the one who asks
    caplog.set_level(logging.ERROR, "groundup.serving")
    slow = replace(limited(model, batch_milliseconds=20), model=Slow(0, fails=13))
    found = asked(create(slow), [rows(1, months=13 if k == 3 else 20) for k in range(8)])
    assert [one.status_code for one in found] == [500 if k == 3 else 200 for k in range(8)]
    assert "secret" not in found[3].text
    assert "secret" in JsonLines().format(caplog.records[-1])


def test_a_burst_is_answered_or_told_to_come_back(model):
    # requests that are lost, or that wait without end
    slow = replace(limited(model, waiting=20), model=Slow(0.01))
    found = asked(create(slow), [rows(1)] * 100)
    statuses = [one.status_code for one in found]
    assert set(statuses) == {200, 503}
    assert statuses.count(200) >= 20
    assert all(one.headers["retry-after"] == "1" for one in found if one.status_code == 503)


def test_ready_from_the_first_prediction_to_the_end(model):
    # requests that are sent to a service that is not there yet, or that ends
    slow = replace(model, model=Slow(0.2))
    app = create(slow)
    with Client(app) as client:
        assert client.get("/ready").status_code == 503
        assert client.get("/ready").json() == {"status": "starting"}
        assert client.get("/health").status_code == 200
        until_ready(client)
        app.state.service.leave()
        assert client.get("/ready").json() == {"status": "ending"}
        assert client.get("/ready").status_code == 503
        assert predict(client, rows(1)).status_code == 200  # what is asked meanwhile is answered


FORMS = {
    "customer_since": {"first": "2019-01-01", "last": "2019-12-31", "format": "%d.%m.%Y"},
    "months": {"low": 5.5, "high": 5.75},
    "region": {"missing": False, "values": []},
}


@pytest.mark.parametrize("name", FORMS)
def test_ready_whatever_the_contract_allows(model, name):
    # a service that never is ready, as its own made-up row breaks the contract
    columns = dict(model.contract.columns)
    columns[name] = replace(columns[name], **FORMS[name])
    with Client(create(replace(model, contract=replace(model.contract, columns=columns)))) as client:
        until_ready(client)


def test_a_model_that_cannot_predict_is_not_ready(model):
    # requests that are sent to a service which answers each with 500
    broken = replace(model, model=Slow(0, fails=0.0))
    with Client(create(broken)) as client:
        while client.get("/ready").json()["status"] == "starting":
            time.sleep(0.01)
        found = client.get("/ready")
        assert (found.status_code, found.json()) == (503, {"status": "failed"})
        assert client.get("/health").status_code == 200


def test_counts_for_prometheus(model):
    # counts that two services share; every unknown path a name of its own
    with Client(create(model)) as client, Client(create(model)) as other:
        until_ready(client)
        predict(client, rows(4))
        predict(client, rows(2, plan="gold"))
        client.get("/a")
        client.get("/b")
        text = client.get("/metrics").text
        assert 'groundup_requests_total{path="/predict",status="200"} 1.0' in text
        assert 'groundup_requests_total{path="/predict",status="422"} 1.0' in text
        assert 'groundup_requests_total{path="other",status="404"} 2.0' in text
        assert "groundup_rows_total 4.0" in text
        assert "groundup_rejected_rows_total 2.0" in text
        decisions = [line for line in text.splitlines() if line.startswith("groundup_decisions_total{")]
        assert sum(float(line.rpartition(" ")[2]) for line in decisions) == 4
        assert "groundup_batch_rows_sum 6.0" in text
        assert 'groundup_request_seconds_count{path="/predict"} 2.0' in text
        assert f'version="{model.version}"' in text
        assert "groundup_rows_total 0.0" in other.get("/metrics").text


def test_each_request_is_a_line_of_json(client, caplog):
    # a line that somebody else's request id breaks in two
    caplog.set_level(logging.INFO, "groundup.serving")
    client.post("/predict", json={"rows": rows(2)}, headers={"x-request-id": "abc-1"})
    line = json.loads(JsonLines().format(caplog.records[-1]))
    assert {key: line[key] for key in ("event", "request", "path", "status", "rows", "level")} == {
        "event": "request", "request": "abc-1", "path": "/predict", "status": 200, "rows": 2, "level": "info",
    }  # fmt: skip
    found = client.get("/health", headers={"x-request-id": 'a"} evil'})
    assert found.headers["x-request-id"] != 'a"} evil'


def test_openapi_names_the_columns(client, model):
    # a description that does not agree with what is accepted
    document = client.get("/openapi.json").json()
    body = document["paths"]["/predict"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    row = body["properties"]["rows"]["items"]
    assert list(row["properties"]) == list(model.features.columns)
    assert row["properties"]["plan"] == {"type": ["string"], "enum": ["basic", "plus", "premium"]}
    assert row["properties"]["age"]["type"] == ["number", "null"]
    assert "age" not in row["required"]
    assert "months" in row["required"]
    assert row["additionalProperties"] is False
    assert body["properties"]["rows"]["maxItems"] == 1000


def test_an_item_that_is_given_up_harms_no_other():
    # an answer that nobody waits for ends the batches, and every later request hangs
    def slow(items):
        time.sleep(0.05)
        return items

    async def run():
        batcher = Batcher(slow, 10, 0)
        await batcher.start()
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(batcher.submit("lost", 1), 0.02)
        found = await asyncio.wait_for(batcher.submit("kept", 1), 5)
        await batcher.stop()
        return found

    assert asyncio.run(run()) == "kept"


def test_batches_keep_to_their_size():
    # a batch of any size; an item that is given up and worked on all the same
    sizes = []

    async def run():
        batcher = Batcher(lambda items: items, 10, 0.01, sizes.append)
        await batcher.start()
        lost = asyncio.create_task(batcher.submit("lost", 4))
        await asyncio.sleep(0)
        lost.cancel()
        found = await asyncio.gather(*(batcher.submit(k, size) for k, size in enumerate([4, 4, 4, 25, 1])))
        await batcher.stop()
        return found

    assert asyncio.run(run()) == [0, 1, 2, 3, 4]
    assert sizes == [8, 4, 25, 1]
