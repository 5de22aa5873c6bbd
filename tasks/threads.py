"""Work in threads that nothing waits for at the end: a step that was given up keeps no process alive.

The threads of `asyncio.to_thread` are joined when the interpreter ends, so one stuck call (a network folder that no
longer answers) would hold the process, and with it the run, for ever. Being cut off is what every step is made for:
it stages or loads a batch in one piece or not at all.
"""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import threading
from collections.abc import Callable
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


async def in_thread(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Call `work` in a thread of its own, in the present context, and give what it gives or raises."""
    loop = asyncio.get_running_loop()
    result: asyncio.Future[T] = loop.create_future()
    context = contextvars.copy_context()

    def settle(settle_now: Callable[[], None]) -> None:
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits any more
            loop.call_soon_threadsafe(lambda: None if result.done() else settle_now())

    def run() -> None:
        try:
            value = context.run(work, *args, **kwargs)
        except BaseException as error:
            fault = error
            settle(lambda: result.set_exception(fault))
        else:
            settle(lambda: result.set_result(value))

    threading.Thread(target=run, name=getattr(work, "__name__", "work"), daemon=True).start()
    return await result
