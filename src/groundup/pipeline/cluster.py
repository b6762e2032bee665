"""Where fits are made: in processes of this machine, or on a Dask cluster."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

from groundup.pipeline.config import Config
from groundup.pipeline.errors import PipelineError

if TYPE_CHECKING:
    from pandas import DataFrame


@contextmanager
def cluster(config: Config) -> Iterator[None]:
    """Connect to the Dask cluster that the configuration names, or start one, for all fits within.

    Raises
    ------
    PipelineError
        Where there is none at the address, and where the packages are not installed.
    """
    address, number = config.selection.dask, config.selection.processes
    if not address:
        yield
        return
    try:
        import distributed
    except ImportError as error:
        raise PipelineError("selection.dask needs more packages: pip install 'groundup[scale]'.") from error

    local, connected = distributed.LocalCluster, distributed.Client
    with ExitStack() as opened:
        try:
            if address == "local":
                started = local(n_workers=None if number < 0 else number, threads_per_worker=1, dashboard_address=None)  # type: ignore[no-untyped-call]
                address = opened.enter_context(started)
            opened.enter_context(connected(address))  # type: ignore[no-untyped-call]
        except (OSError, ValueError) as error:
            raise PipelineError(f"selection.dask: no cluster at {config.selection.dask!r} ({error}).") from error
        yield


@contextmanager
def workers(config: Config, frame: "DataFrame") -> Iterator[dict[str, Any]]:
    """Give joblib's options: processes of this machine, or the workers of the cluster that is connected."""
    if not config.selection.dask:
        yield {"n_jobs": config.selection.processes}
        return
    from joblib import parallel_config

    with parallel_config("dask", scatter=[frame]):
        yield {}
