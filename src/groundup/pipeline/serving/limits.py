"""What a request may cost: bytes, time, and the number of those that wait; and JSON that is nothing else."""

import asyncio
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

from starlette.requests import ClientDisconnect, Request

RETRY_AFTER = {"Retry-After": "1"}  # Seconds after which a request that found no place is welcome again.


class Refusal(Exception):
    """A request that is not answered as it wishes.

    Parameters
    ----------
    status : int
        Of HTTP.
    reason : str
        A sentence for the one who asked.
    faults : list of dict, optional
        What is wrong with which row.
    headers : dict, optional
        Of the answer.
    """

    def __init__(
        self,
        status: int,
        reason: str,
        faults: list[dict[str, Any]] | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(reason)
        self.status, self.reason, self.faults, self.headers = status, reason, faults, headers


class Gate:
    """Lets a number of requests in at a time.

    Parameters
    ----------
    most : int
        Others are refused with 503, and told when to come back.
    """

    def __init__(self, most: int) -> None:
        self.most, self.inside = most, 0

    @contextmanager
    def entered(self) -> Iterator[None]:
        """Count a request from here to its answer."""
        if self.inside >= self.most:
            raise Refusal(503, f"{self.most} requests are waiting already.", headers=RETRY_AFTER)
        self.inside += 1
        try:
            yield
        finally:
            self.inside -= 1


async def body_of(request: Request, most: int, seconds: float) -> bytes:
    """Return the body of a request.

    Raises
    ------
    Refusal
        Where it has more than `most` bytes (413), does not arrive in time (408), or is compressed (415).
    """
    if request.headers.get("content-encoding", "identity") != "identity":
        raise Refusal(415, "The body must not be compressed.")
    length = request.headers.get("content-length", "")
    if length.isdecimal() and int(length[:20]) > most:
        raise Refusal(413, f"The body has {length[:20]} bytes; at most {most:,} are allowed.")
    parts, size = [], 0
    try:
        async with asyncio.timeout(seconds):
            async for part in request.stream():
                size += len(part)
                if size > most:
                    raise Refusal(413, f"The body has more than the {most:,} bytes that are allowed.")
                parts.append(part)
    except TimeoutError:
        raise Refusal(408, f"The body has not arrived within {seconds:g} seconds.") from None
    except ClientDisconnect:
        raise Refusal(400, "The connection was closed before the body had arrived.") from None
    return b"".join(parts)


def document_of(body: bytes) -> Any:
    """Return what a body of JSON holds.

    Raises
    ------
    Refusal
        For anything else (400), NaN and deep nesting included.
    """

    def strange(word: str) -> NoReturn:
        raise ValueError(f"{word} is not a number of JSON; a missing number is null")

    try:
        return json.loads(body.decode("utf-8"), parse_constant=strange)
    except RecursionError:
        raise Refusal(400, "The body is nested too deeply.") from None
    except ValueError as error:
        raise Refusal(400, f"The body is not JSON: {error}.") from error
