"""Requests that wait together are predicted together: one call of the model costs little more than one row does."""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any


@dataclass(frozen=True)
class _Waiting:
    item: Any
    size: int
    answer: "asyncio.Future[Any]"


class Batcher:
    """Collects items and has them worked on in batches, one batch at a time, in a thread of its own.

    Parameters
    ----------
    work : callable
        ``work(items)`` returns an answer, or an exception, for each item. Where it fails for several, each is tried
        alone, so that an item harms itself only.
    most : int
        Largest total size of a batch; a larger item is a batch of its own.
    seconds : float
        How long a batch waits for more items.
    observe : callable
        ``observe(size)`` is told of each batch.
    """

    def __init__(
        self,
        work: Callable[[list[Any]], Sequence[Any]],
        most: int,
        seconds: float,
        observe: Callable[[int], Any] = lambda size: None,
    ) -> None:
        self.work, self.most, self.seconds, self.observe = work, most, seconds, observe
        self._queue: deque[_Waiting] = deque()
        self._thread = ThreadPoolExecutor(1, "batches")

    async def start(self) -> None:
        """Begin to work."""
        self._arrived = asyncio.Event()
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """End, once nothing is waiting."""
        while self._queue and not self._task.done():
            await asyncio.sleep(0.01)
        self._task.cancel()
        await asyncio.wait([self._task])
        self._thread.shutdown()

    async def submit(self, item: Any, size: int) -> Any:
        """Return the answer to an item, or raise what it has raised; an item nobody waits for is left out."""
        waiting = _Waiting(item, size, asyncio.get_running_loop().create_future())
        self._queue.append(waiting)
        self._arrived.set()
        return await waiting.answer

    async def run(self, call: Callable[[], Any]) -> Any:
        """Return what a call returns, in the thread of the batches."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, call)

    async def _run(self) -> None:
        while True:
            batch = await self._next()
            self.observe(sum(one.size for one in batch))
            answers = await self.run(partial(self._answers, [one.item for one in batch]))
            for one, answer in zip(batch, answers):
                if one.answer.done():  # it was given up meanwhile
                    continue
                if isinstance(answer, Exception):
                    one.answer.set_exception(answer)
                else:
                    one.answer.set_result(answer)

    async def _next(self) -> list[_Waiting]:
        """Return the next batch, at least one item."""
        loop = asyncio.get_running_loop()
        batch: list[_Waiting] = []
        while not batch:
            while not self._queue:
                self._arrived.clear()
                await self._arrived.wait()
            end = loop.time() + self.seconds
            while sum(one.size for one in self._queue) < self.most and (left := end - loop.time()) > 0:
                self._arrived.clear()
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._arrived.wait(), left)
            size = 0
            while self._queue and (not batch or size + self._queue[0].size <= self.most):
                one = self._queue.popleft()
                if not one.answer.done():
                    batch.append(one)
                    size += one.size
        return batch

    def _answers(self, items: list[Any]) -> Sequence[Any]:
        try:
            return self.work(items)
        except Exception as error:
            if len(items) == 1:
                return [error]
            return [answer for item in items for answer in self._answers([item])]
