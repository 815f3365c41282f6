"""Several processes at one training: each takes its share of every batch, and the result is that of one process.

The net is computed by shares (`spread`), its answers are brought together again, and every process counts the losses
of the whole batch. So memories, queues and everything that compares the clouds of a batch are the same everywhere, and
the gradients of the net, averaged by DistributedDataParallel, are those of one process with the whole batch.
"""

from engine.ranks.world import World, here, join, tell

__all__ = ["World", "here", "join", "tell"]
