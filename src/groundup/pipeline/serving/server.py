"""The process of the service: a socket, signals, and an end that answers what was asked before."""

import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn

from groundup.pipeline.artifact import Artifact
from groundup.pipeline.serving.app import create
from groundup.pipeline.serving.observability import tell

BACKLOG = 2048  # Connections that may wait until they are accepted.


class Server(uvicorn.Server):
    """A server that tells the service of its end before it ends, and whose end by a signal is no failure."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Let the signals that end a process end the service in order; a second Ctrl-C ends it at once."""
        service = self.config.app.state.service  # type: ignore[union-attr]

        def leave(number: int, frame: Any) -> None:
            tell("ending", signal=signal.Signals(number).name)
            service.leave()
            self.handle_exit(number, frame)

        before = {number: signal.signal(number, leave) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


def serve(artifact: Artifact, host: str, port: int, bound: Callable[[int], Any] = lambda port: None) -> None:
    """Serve until a signal comes.

    Parameters
    ----------
    artifact : Artifact
        The model.
    host, port : str, int
        Where to listen; port 0 is a free one.
    bound : callable, optional
        ``bound(port)`` is told of the port.

    Raises
    ------
    OSError
        Where the address cannot be listened at.
    """
    with socket.create_server((host, port), family=_family(host), backlog=BACKLOG) as listening:
        bound(listening.getsockname()[1])
        config = uvicorn.Config(
            create(artifact), log_config=None, access_log=False, lifespan="on", server_header=False, backlog=BACKLOG,
            timeout_graceful_shutdown=int(2 * artifact.config.serving.seconds) + 1,
        )  # fmt: skip
        Server(config).run(sockets=[listening])


def _family(host: str) -> socket.AddressFamily:
    return socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)[0][0]
