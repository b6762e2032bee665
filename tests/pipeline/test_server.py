"""The service as a process: a burst that loses no request, and an end that answers what was asked before."""

import asyncio
import json
import runpy
import signal
import socket
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from groundup.cli.main import main
from groundup.pipeline import artifact, config

bench = runpy.run_path(str(Path(__file__).parents[2] / "benchmarks" / "serve.py"))

SLOW = """
import sys, time
from groundup.cli.main import main
from groundup.pipeline.artifact import Artifact
fast = Artifact.probabilities
Artifact.probabilities = lambda self, frame: time.sleep(0.2) or fast(self, frame)
sys.exit(main(sys.argv[1:]))
"""


@pytest.fixture(scope="module")
def narrow(made, tmp_path_factory):
    """The artifact with a service in which 40 requests may wait."""
    found = artifact.load(made)
    settings = replace(found.config, serving=replace(found.config.serving, waiting=40))
    files = {name: (made / name).read_text() for name in (artifact.CONTRACT, artifact.METRICS, artifact.FINGERPRINT)}
    path = tmp_path_factory.mktemp("narrow") / "model"
    told = {name: found.manifest[name] for name in ("costs", "created", "rows", "rejected")}
    artifact.write(path, found.model, {**files, artifact.CONFIG: config.write(settings)}, told)
    return path


def test_a_burst_loses_no_request_and_the_end_none_either(narrow, table, tmp_path):
    # a connection that is reset, a 503 that does not say when to come back, a signal that cuts an answer off
    bodies = bench["bodies_of"](narrow, table, 70, 2)
    command = [sys.executable, "-c", SLOW, "pipeline", "serve", str(narrow), "--port", "0", "--json"]
    log = tmp_path / "log"
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log.open("wb"))
    try:
        told = json.loads(bench["_whole"](process.stdout.readline(), process))
        port = int(told["address"].rpartition(":")[2])
        asyncio.run(bench["_until_ready"](port))
        answers = asyncio.run(bench["burst"](port, bodies))
        assert {one.status for one in answers} == {200}
        assert sum(one.tries > 1 for one in answers) > 20  # of 70, of which 40 may wait

        async def ended_while_asked():
            async def one(body):
                reader, writer = await asyncio.open_connection("127.0.0.1", port)
                answer = await bench["ask"](reader, writer, body)
                writer.close()
                return answer

            asked = [asyncio.create_task(one(body)) for body in bodies[:5]]
            await asyncio.sleep(0.1)  # they are being predicted
            process.send_signal(signal.SIGTERM)
            return await asyncio.gather(*asked)

        assert [one.status for one in asyncio.run(ended_while_asked())] == [200] * 5
        process.wait(20)
    finally:
        process.kill()
        process.stdout.close()
    assert process.returncode == 0
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    assert [line["event"] for line in lines if line["event"] in ("ready", "ending", "ended")] == [
        "ready", "ending", "ended",
    ]  # fmt: skip
    assert sum(line.get("status") == 200 and line["path"] == "/predict" for line in lines) == 75


def test_an_address_that_is_taken_is_told(made, capsys):
    # a traceback, or a service that listens nowhere
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert main(["pipeline", "serve", str(made), "--port", str(port)]) == 1
    assert "in use" in capsys.readouterr().err


def test_the_load_is_measured_on_this_machine_only():
    assert bench["HOST"] == "127.0.0.1"
    answers = [bench["Answer"](200, seconds) for seconds in (0.1, 0.2, 0.3, 0.4)]
    assert bench["percentile"](answers, 0.5) == 300.0
    assert bench["percentile"](answers, 0.99) == 400.0


def test_a_spoiled_artifact_is_not_served(copy, capsys):
    # a service whose answers are those of somebody else's model
    (copy / artifact.CONFIG).write_text((copy / artifact.CONFIG).read_text().replace("seed = 0", "seed = 1"))
    start = time.perf_counter()
    for step, *more in (("serve",), ("predict", "x.csv", "--out", "y.csv"), ("monitor", "x.csv", "--out", "y.html")):
        assert main(["pipeline", step, str(copy), *more]) == 2
        assert "config.toml was changed or cut short" in capsys.readouterr().err
    assert time.perf_counter() - start < 5
