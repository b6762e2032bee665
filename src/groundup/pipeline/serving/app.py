"""The service's addresses: /predict, /health, /ready, /metrics and /openapi.json."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import numpy as np
from fastapi import FastAPI, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

from groundup.pipeline.artifact import Artifact
from groundup.pipeline.contract import Contract
from groundup.pipeline.serving.batching import Batcher
from groundup.pipeline.serving.limits import RETRY_AFTER, Gate, Refusal, body_of, document_of
from groundup.pipeline.serving.observability import TOLD, Metrics, Observed, answer, refused, tell
from groundup.pipeline.serving.schema import (
    Row,
    answer_schema,
    example,
    fault,
    fault_schema,
    frame_of,
    request_schema,
    rows_of,
    type_faults,
)

PATHS = ("/predict", "/health", "/ready", "/metrics", "/openapi.json")


class Service:
    """A model, and what stands between it and those who ask.

    Parameters
    ----------
    artifact : Artifact
        The model, its contract and its limits.
    """

    def __init__(self, artifact: Artifact) -> None:
        limits = artifact.config.serving
        self.artifact, self.limits = artifact, limits
        contract = artifact.features
        each = {name: replace(one, unique=False) for name, one in contract.columns.items()}
        self.each = Contract(each, contract.missing)  # of a row by itself: those of a batch belong to several requests
        self.metrics = Metrics(artifact.version, PATHS)
        self.gate = Gate(limits.waiting)
        self.metrics.waiting.set_function(lambda: self.gate.inside)
        self.batcher = Batcher(
            self.answers, limits.batch_rows, limits.batch_milliseconds / 1000, self.metrics.batches.observe
        )
        self.state = "starting"

    def leave(self) -> None:
        """Tell from now on that the service ends; what it is asked is still answered."""
        self.state = "ending"

    def answers(self, requests: list[list[Row]]) -> list[Any]:
        """Return the predictions for the rows of several requests, or a refusal where rows break the contract."""
        contract = self.artifact.features
        rows = [row for request in requests for row in request]
        owner = np.repeat(np.arange(len(requests)), [len(request) for request in requests])
        first = np.cumsum([0, *(len(request) for request in requests)])
        frame = frame_of(contract, rows)
        checked = self.each.check(frame)
        faults: list[list[dict[str, Any]]] = [type_faults(contract, request) for request in requests]
        known = [{(one["row"], one["field"]) for one in some} for some in faults]
        for row, column, rule, _, message in checked.violations.itertuples(index=False):
            k = owner[row - 1]
            place = (int(row - first[k]), column)
            if place not in known[k]:
                faults[k].append(fault(*place, rule, message))
        for name in (name for name, column in contract.columns.items() if column.unique):
            for k, start in enumerate(first[:-1]):
                again = frame[name].iloc[start : first[k + 1]]
                for row, value in again[again.notna() & again.duplicated()].items():
                    reason = f"{value!r} occurs more than once"
                    faults[k].append(fault(int(row - start), name, "field_uniqueness", reason))
        found: list[Any] = [_refusal(some) if some else None for some in faults]
        good = [k for k, one in enumerate(found) if one is None]
        if good:
            self._predict(checked.frame, owner, good, found)
        return found

    def _predict(self, frame: Any, owner: np.ndarray, good: list[int], found: list[Any]) -> None:
        """Put the predictions of the requests in order into `found`, by one call of the model."""
        belongs = owner[frame.index.to_numpy() - 1]
        taken = np.isin(belongs, good)
        P = self.artifact.probabilities(frame[taken])
        decisions, classes = self.artifact.decisions(P), self.artifact.classes
        for k in good:
            mine = belongs[taken] == k
            found[k] = [
                {"decision": str(one), "probabilities": dict(zip(classes, p))}
                for one, p in zip(decisions[mine], P[mine].tolist())
            ]

    async def respond(self, request: Request) -> Response:
        """Return the answer to a request for predictions."""
        limits, told = self.limits, request.scope[TOLD]
        with self.gate.entered():
            body = await body_of(request, limits.most_bytes, limits.seconds)
            rows = rows_of(document_of(body), limits.most_rows)
            told["rows"] = len(rows)
            try:
                async with asyncio.timeout(limits.seconds):
                    predictions = await self.batcher.submit(rows, len(rows))
            except TimeoutError:
                raise Refusal(504, f"There was no answer within {limits.seconds:g} seconds.") from None
            except Refusal as refusal:
                told["rejected"] = len({one["row"] for one in refusal.faults or []})
                self.metrics.rejects.inc(told["rejected"])
                raise
        self.metrics.rows.inc(len(rows))
        for one in predictions:
            self.metrics.decisions.labels(one["decision"]).inc()
        return answer(200, {"model": self.artifact.version, "predictions": predictions})

    async def warm_up(self) -> None:
        """Predict a made-up row, as the first call takes longer, and be ready."""
        try:
            await self.batcher.run(self._first)
        except Exception as error:
            tell("the model cannot predict", error=error)
            self.state = "failed"
        if self.state == "starting":
            self.state = "ready"
            tell("ready", model=self.artifact.version, created=self.artifact.manifest.get("created"))

    def _first(self) -> None:
        """Check an empty row, and predict one that is past the check: whether a made-up row fulfils it is chance."""
        features = self.artifact.features
        self.each.check(frame_of(features, [{}]))
        self.artifact.probabilities(example(features))


def create(artifact: Artifact) -> FastAPI:
    """Return the service of a model as an application; ``app.state.service`` is what stands behind it."""
    service = Service(artifact)

    @asynccontextmanager
    async def life(app: FastAPI) -> AsyncIterator[None]:
        await service.batcher.start()
        warming = asyncio.create_task(service.warm_up())
        yield
        service.leave()
        await warming
        await service.batcher.stop()
        tell("ended")

    app = FastAPI(title=f"groundup: {artifact.config.data.target}", version=artifact.version, lifespan=life,
                  docs_url=None, redoc_url=None)  # fmt: skip  # their pages would load scripts from elsewhere
    app.state.service = service
    app.add_middleware(Observed, metrics=service.metrics)

    @app.exception_handler(Refusal)
    async def refusal(request: Request, error: Refusal) -> Response:
        return refused(error.status, error.reason, request.scope, error.faults, error.headers)

    @app.exception_handler(HTTPException)
    async def other(request: Request, error: HTTPException) -> Response:
        reason = f"{error.detail}; there are {', '.join(PATHS)}." if error.status_code == 404 else error.detail
        return refused(error.status_code, reason, request.scope, headers=dict(error.headers or {}))

    _add_predict(app, service)
    _add_others(app, service)
    return app


def _add_predict(app: FastAPI, service: Service) -> None:
    artifact, limits = service.artifact, service.limits

    def content(schema: dict[str, Any]) -> dict[str, Any]:
        return {"content": {"application/json": {"schema": schema}}}

    described = {
        200: {"description": "Decisions and probabilities.", **content(answer_schema(artifact.classes))},
        400: {"description": "The body is not JSON."},
        413: {"description": f"More than {limits.most_rows:,} rows or {limits.most_bytes:,} bytes."},
        422: {"description": "Rows break the contract; each fault is named.", **content(fault_schema())},
        503: {"description": "Too many requests are waiting; come back after the time that Retry-After tells."},
        504: {"description": f"No answer within {limits.seconds:g} seconds."},
    }
    wanted = {"required": True, **content(request_schema(artifact.features, limits.most_rows))}

    @app.post("/predict", responses=described, openapi_extra={"requestBody": wanted})  # type: ignore[arg-type]
    async def predict(request: Request) -> Response:
        """Predict rows."""
        return await service.respond(request)


def _add_others(app: FastAPI, service: Service) -> None:
    @app.get("/health")
    async def health() -> Response:
        """Tell that the process lives."""
        return answer(200, {"status": "ok", "model": service.artifact.version})

    @app.get("/ready", responses={503: {"description": "The service is starting, or ending."}})
    async def ready() -> Response:
        """Tell whether requests should be sent here."""
        is_ready = service.state == "ready"
        return answer(200 if is_ready else 503, {"status": service.state}, None if is_ready else RETRY_AFTER)

    @app.get("/metrics")
    async def metrics() -> Response:
        """Tell counts and times in Prometheus' format."""
        return service.metrics.response()


def _refusal(faults: list[dict[str, Any]]) -> Refusal:
    ordered = sorted(faults, key=lambda one: one["row"])
    first = ordered[0]
    return Refusal(422, f"Rows break the contract: row {first['row']}, {first['field']} {first['reason']}"
                   f"{f', and {len(ordered) - 1} more' if len(ordered) > 1 else ''}.", ordered)  # fmt: skip
