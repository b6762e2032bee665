"""What the service tells of itself: a line of JSON for each event, and counts and times for Prometheus."""

import json
import logging
import re
import sys
import time
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOG = logging.getLogger("groundup.serving")
ID = re.compile(r"[A-Za-z0-9._-]{1,64}")  # Of a request, where the one who asks names it.
TOLD = "groundup"  # Key of a request's scope under which the answer leaves what the log should say.
SECONDS = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10)
ROWS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)


class Metrics:
    """Counts and times of one service, apart from those of others in the same process.

    Parameters
    ----------
    model : str
        Version of the model.
    paths : tuple of str
        The addresses that are counted by name; all others count as "other".
    """

    def __init__(self, model: str, paths: tuple[str, ...]) -> None:
        self.registry, self.paths = CollectorRegistry(), paths
        where: dict[str, Any] = {"registry": self.registry, "namespace": "groundup"}
        self.requests = Counter("requests", "Requests by path and status.", ["path", "status"], **where)
        self.seconds = Histogram("request_seconds", "Time to an answer.", ["path"], buckets=SECONDS, **where)
        self.rows = Counter("rows", "Rows that were predicted.", **where)
        self.rejects = Counter("rejected_rows", "Rows that break the contract.", **where)
        self.decisions = Counter("decisions", "Rows by decision.", ["decision"], **where)
        self.batches = Histogram("batch_rows", "Rows that were predicted at once.", buckets=ROWS, **where)
        self.waiting = Gauge("waiting_requests", "Requests that wait for an answer.", **where)
        Gauge("model_info", "Version of the model.", ["version"], **where).labels(model).set(1)

    def response(self) -> Response:
        """Return all of them in Prometheus' format."""
        return Response(generate_latest(self.registry), media_type=CONTENT_TYPE_LATEST)

    def name(self, path: str) -> str:
        """Return a path as it is counted."""
        return path if path in self.paths else "other"


class JsonLines(logging.Formatter):
    """A record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "event": record.getMessage(),
            **getattr(record, TOLD, {}),
        }
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return json.dumps(line, default=str)


def log_to_stderr() -> None:
    """Write the lines of the service and of its server on standard error."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    for name in (LOG.name, "uvicorn"):
        logger = logging.getLogger(name)
        logger.handlers, logger.propagate = [handler], False
        logger.setLevel(logging.INFO)


def tell(event: str, level: int = logging.INFO, error: BaseException | None = None, **what: Any) -> None:
    """Log an event."""
    LOG.log(level, event, extra={TOLD: what}, exc_info=error)


class Observed:
    """Gives each request an id, counts and logs it, and answers 500 where an answer fails.

    Parameters
    ----------
    app : callable
        What answers.
    metrics : Metrics
        What counts.
    """

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self.app, self.metrics = app, metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        start, status = time.perf_counter(), 0
        given = Headers(scope=scope).get("x-request-id", "")
        told: dict[str, Any] = {"request": given if ID.fullmatch(given) else uuid4().hex}
        scope[TOLD] = told

        async def watched(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)["X-Request-Id"] = told["request"]
            await send(message)

        error = None
        try:
            await self.app(scope, receive, watched)
        except Exception as failure:
            error = failure
            if not status:
                await refused(500, "The service has failed; its log has the reason.", scope)(scope, receive, watched)
        seconds, path = time.perf_counter() - start, self.metrics.name(scope["path"])
        self.metrics.requests.labels(path, status).inc()
        self.metrics.seconds.labels(path).observe(seconds)
        level = logging.ERROR if error else logging.INFO
        tell("request", level, error, method=scope["method"], path=scope["path"], status=status,
             milliseconds=round(1000 * seconds, 1), **told)  # fmt: skip


def answer(status: int, content: Any, headers: dict[str, str] | None = None) -> Response:
    """Return an answer in JSON, in ASCII, so that text of any kind can be sent back."""
    return Response(json.dumps(content), status, headers, "application/json")


def refused(
    status: int,
    reason: str,
    scope: Scope,
    faults: list[dict[str, Any]] | None = None,
    headers: dict[str, str] | None = None,
) -> Response:
    """Return an answer that says why there is none."""
    scope.get(TOLD, {})["reason"] = reason
    content = {"error": reason, "request": scope.get(TOLD, {}).get("request")}
    return answer(status, content if faults is None else {**content, "faults": faults}, headers)
