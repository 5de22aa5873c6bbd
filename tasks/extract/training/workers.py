"""Several processes train one network: each takes its share of the batches, and now and then they average weights.

Started by `torchrun --nproc-per-node N`; without it there is one worker and nothing to do. Averaging every few steps
in place of every gradient costs a small machine nothing and learns as well ("local SGD": Stich 2019; Lin et al. 2020).
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import TypeVar

import torch
from torch import Tensor, distributed

Batch = TypeVar("Batch")

BETWEEN = 8
"""Steps that workers take on their own between two averagings."""


def join() -> tuple[int, int]:
    """(number of this worker, number of workers); to be called once, at the start."""
    if "RANK" not in os.environ:
        return 0, 1
    distributed.init_process_group("gloo")
    torch.set_num_threads(1)
    return distributed.get_rank(), distributed.get_world_size()


@torch.no_grad()
def agree(parameters: Iterable[Tensor]) -> None:
    """Replace each worker's weights by the mean of all."""
    if distributed.is_initialized():
        flat = torch.nn.utils.parameters_to_vector(list(parameters := list(parameters)))
        distributed.all_reduce(flat)
        torch.nn.utils.vector_to_parameters(flat / distributed.get_world_size(), parameters)


def share(batches: list[Batch], worker: int, workers: int) -> list[Batch]:
    """The batches of one worker; all get equally many, so that nobody waits for ever."""
    return batches[worker : len(batches) - len(batches) % workers : workers]


def leave() -> None:
    """To be called once, at the end."""
    if distributed.is_initialized():
        distributed.destroy_process_group()
