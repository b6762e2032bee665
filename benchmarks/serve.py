"""Load a service of the pipeline on this machine: throughput, times to an answer, and a burst that loses no request.

python benchmarks/serve.py ARTIFACT DATA.csv [--requests 2000] [--connections 8] [--rows 1] [--burst 500]

The service is started in a process of its own, on a free port of 127.0.0.1, and ended again. Nothing else is asked; the
number of requests and the time are bounded.
"""

import argparse
import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

HOST = "127.0.0.1"
MOST_REQUESTS, MOST_SECONDS, MOST_TRIES = 20_000, 60.0, 30


@dataclass(frozen=True)
class Answer:
    """Status (0: none came), seconds to it, the time to wait that a 503 names, and how often was asked."""

    status: int
    seconds: float
    retry_after: float | None = None
    tries: int = 1


@contextmanager
def service(artifact: Path) -> Iterator[int]:
    """Start a service, and give its port."""
    command = [sys.executable, "-m", "groundup", "pipeline", "serve", str(artifact), "--host", HOST, "--port", "0"]
    with TemporaryFile() as log:
        process = subprocess.Popen([*command, "--json"], stdout=subprocess.PIPE, stderr=log)
        try:
            line = process.stdout.readline() if process.stdout else b""
            port = int(json.loads(_whole(line, process))["address"].rpartition(":")[2])
            asyncio.run(_until_ready(port))
            yield port
        finally:
            process.send_signal(signal.SIGTERM)
            if process.wait(30):
                log.seek(0)
                print(log.read().decode()[-2000:], file=sys.stderr)


def _whole(text: bytes, process: Any) -> bytes:
    """Return a document of JSON of several lines, of which the first has been read."""
    while text.count(b"{") > text.count(b"}"):
        line = process.stdout.readline()
        if not line:
            raise RuntimeError("the service has not started")
        text += line
    return text


async def _until_ready(port: int) -> None:
    async with asyncio.timeout(60):
        while True:
            reader, writer = await asyncio.open_connection(HOST, port)
            answer = await ask(reader, writer, b"", "GET /ready")
            writer.close()
            if answer.status == 200:
                return
            await asyncio.sleep(0.1)


async def ask(reader: Any, writer: Any, body: bytes, what: str = "POST /predict") -> Answer:
    """Return the answer to a request on an open connection."""
    start = time.perf_counter()
    writer.write(f"{what} HTTP/1.1\r\nHost: {HOST}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body)
    await writer.drain()
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
    fields = dict(line.split(": ", 1) for line in head.split("\r\n")[1:] if line)
    await reader.readexactly(int(fields["content-length"]))
    wait = fields.get("retry-after")
    return Answer(int(head.split()[1]), time.perf_counter() - start, float(wait) if wait else None)


async def load(port: int, bodies: Sequence[bytes], connections: int) -> tuple[list[Answer], float]:
    """Send requests over some connections, one after the other on each; return the answers and the seconds."""
    waiting = iter(bodies)
    answers: list[Answer] = []

    async def connection() -> None:
        reader, writer = await asyncio.open_connection(HOST, port)
        for body in waiting:
            answers.append(await ask(reader, writer, body))
        writer.close()

    start = time.perf_counter()
    async with asyncio.timeout(MOST_SECONDS):
        await asyncio.gather(*(connection() for _ in range(connections)))
    return answers, time.perf_counter() - start


async def burst(port: int, bodies: Sequence[bytes]) -> list[Answer]:
    """Send requests at the same moment, each on its own connection, again where a 503 says so; return the answers."""

    async def one(body: bytes) -> Answer:
        start = time.perf_counter()
        for tries in range(1, MOST_TRIES + 1):
            try:
                reader, writer = await asyncio.open_connection(HOST, port)
                answer = await ask(reader, writer, body)
                writer.close()
            except (OSError, asyncio.IncompleteReadError):
                return Answer(0, time.perf_counter() - start, None, tries)
            if answer.status != 503 or answer.retry_after is None:
                break
            await asyncio.sleep(answer.retry_after)
        return Answer(answer.status, time.perf_counter() - start, None, tries)

    async with asyncio.timeout(MOST_SECONDS):
        return await asyncio.gather(*map(one, bodies))


def bodies_of(artifact: Path, data: Path, number: int, rows: int) -> list[bytes]:
    """Return requests made of the rows of a table that fulfil the contract, again from the first where they end."""
    from groundup.pipeline import artifact as artifacts
    from groundup.pipeline.tables import pieces

    contract = artifacts.load(artifact).features
    frame = next(pieces(data)).frame
    kept = frame.loc[contract.check(frame).frame.index, list(contract.columns)].astype(object)
    form = {name: contract.columns[name].form for name in contract.of_kind("number")}
    known = [
        {name: _entry(entry, form.get(name), contract.missing) for name, entry in row.items()}
        for row in kept.to_dict("records")
    ]
    found = [[known[(k + j) % len(known)] for j in range(rows)] for k in range(0, number * rows, rows)]
    return [json.dumps({"rows": some}).encode() for some in found]


def _entry(entry: Any, form: Any, missing: Sequence[str]) -> Any:
    text = "" if entry is None or entry != entry else str(entry).strip()
    if not text or text in missing:
        return None
    return form.value(text) if form else text


def percentile(answers: Sequence[Answer], share: float) -> float:
    """Return the milliseconds within which a share of the answers came."""
    times = sorted(one.seconds for one in answers)
    return 1000 * times[min(len(times) - 1, int(share * len(times)))]


def main(arguments: Sequence[str] | None = None) -> int:
    """Print what was measured; the exit code is 1 where a request was lost."""
    parser = argparse.ArgumentParser(prog="python benchmarks/serve.py", description=__doc__.partition("\n")[0])
    parser.add_argument("artifact", type=Path)
    parser.add_argument("data", type=Path, help="a table whose rows are asked for")
    parser.add_argument("--requests", type=int, default=2000)
    parser.add_argument("--connections", type=int, default=8)
    parser.add_argument("--rows", type=int, default=1, help="rows in a request")
    parser.add_argument("--burst", type=int, default=500, help="requests at the same moment")
    options = parser.parse_args(arguments)
    number = min(options.requests, MOST_REQUESTS)
    bodies = bodies_of(options.artifact, options.data, max(number, options.burst), options.rows)
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    with service(options.artifact) as port:
        asyncio.run(load(port, bodies[:50], options.connections))  # warms up
        answers, seconds = asyncio.run(load(port, bodies[:number], options.connections))
        at_once = asyncio.run(burst(port, list(islice(bodies, options.burst))))
    good = sum(one.status == 200 for one in answers)
    print(f"{number:,} requests of {options.rows} rows over {options.connections} connections: {good:,} answered, "
          f"{number / seconds:,.0f} requests and {number * options.rows / seconds:,.0f} rows a second, "
          f"p50 {percentile(answers, 0.5):.0f} ms, p99 {percentile(answers, 0.99):.0f} ms")  # fmt: skip
    lost = sum(one.status != 200 for one in at_once)
    again = sum(one.tries > 1 for one in at_once)
    print(f"burst of {len(at_once)}: {len(at_once) - lost} answered, {again} of them after a 503 with Retry-After, "
          f"{lost} lost, the last after {percentile(at_once, 1.0) / 1000:.1f} s")  # fmt: skip
    return 1 if lost or good < number else 0


if __name__ == "__main__":
    sys.exit(main())
