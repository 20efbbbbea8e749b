"""run_seeds(): experiments that differ only in their seed, each as run_experiment() gives it, sooner together.

What does not depend on the seed is worked out once. Small networks in mini-batches, where what Python does between two
batches weighs as much as a fifth of them, are trained side by side: a batch of each by one call of compiled code.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from functools import partial

import numpy as np
import pandas as pd

from core.camera import Camera, Trained, worth_keeping
from core.config import Experiment
from core.costs import FIXED_SECONDS
from core.errors import TrainingError
from core.experiment import Groundwork, run_on
from core.film import FilmedRun
from core.kernel.choice import takes_compiled
from core.model import Regressor
from core.trainer import Batches, parts_of
from core.training import Best, check_finite, compiled_networks, is_watched, noise, predict, reproducible
from core.values import AdamState, Checkpoint, EpochRecord, StopSignal, never

AT_ONCE = 5  # side by side: by then a call's cost is divided enough, and the first ones still land early
SHORT_BATCH = 1e-4  # seconds; what there is to save is about a tenth of that
Told = Callable[[int, EpochRecord], None]


def run_seeds(
    experiments: Sequence[Experiment],
    bars: pd.DataFrame | None = None,
    observe: Told | None = None,
    should_stop: StopSignal = never,
) -> list[FilmedRun | TrainingError]:
    """Train and score experiments that differ in `train.seed` alone: `list(each_seed(...))`."""
    return list(each_seed(experiments, bars, observe, should_stop))


def each_seed(
    experiments: Sequence[Experiment],
    bars: pd.DataFrame | None = None,
    observe: Told | None = None,
    should_stop: StopSignal = never,
) -> Iterator[FilmedRun | TrainingError]:
    """What `run_experiment` gives for each of them, to the last bit, in their order and as it lands.

    Of those trained side by side, `started` is when all began, and seconds are each one's share of what all took.
    A seed whose loss stops being a number gives that error in its place, and the others go on.

    Args:
        bars: loaded by the first one's `data` when left out.
        observe: called with the place of an experiment and each of its EpochRecords, as by `run_experiment`.
        should_stop: asked before every mini-batch of those side by side.

    Raises:
        ValueError: they differ in more than the seed.
        Cancelled: `should_stop()` was true.
        GatescopeError: the data or the dials cannot give a run, or no seed gives one: then the first one's error.
    """
    if len({each.replace(train=each.train.replace(seed=0)) for each in experiments}) > 1:
        raise ValueError("The experiments differ in more than their seed.")
    if not experiments:
        return
    ground = Groundwork.of(experiments[0], bars)
    at_once = AT_ONCE if _is_sooner_side_by_side(experiments[0], len(ground.data.targets)) else 1
    failed: list[TrainingError] = []
    for first in range(0, len(experiments), at_once):
        group = experiments[first : first + at_once]
        told = [partial(observe, first + place) if observe else None for place in range(len(group))]
        found = _side_by_side(ground, group, told, should_stop) if len(group) > 1 else None
        for run in found or [_alone(ground, group[0], told[0], should_stop)]:
            failed += [run] if isinstance(run, TrainingError) else []
            yield run
    if len(failed) == len(experiments):
        raise failed[0]


def _is_sooner_side_by_side(experiment: Experiment, pairs: int) -> bool:
    """Whether a mini-batch is so short that a call of compiled code weighs beside it.

    One sequence through all days stays alone: the memory of several does not fit into the cache.
    """
    model, train = experiment.model, experiment.train
    if model.layout != "window" or not train.batch_size or not takes_compiled(model, train.batch_size):
        return False
    batches = train.epochs * math.ceil(pairs * train.train_fraction / train.batch_size)
    return (experiment.estimate(pairs + model.window).seconds - FIXED_SECONDS) / batches < SHORT_BATCH


def _alone(
    ground: Groundwork, experiment: Experiment, told: Callable[[EpochRecord], None] | None, should_stop: StopSignal
) -> FilmedRun | TrainingError:
    try:
        return run_on(ground, experiment, told, should_stop)
    except TrainingError as error:
        return error


class _Seed:
    """One of those trained side by side."""

    def __init__(self, experiment: Experiment, inputs: int, observe: Callable[[EpochRecord], None] | None) -> None:
        self.experiment = experiment
        with reproducible(experiment.train.seed):
            self.model = Regressor(experiment.model, inputs)
            self.noise = noise()  # compiled code draws nothing from it
        self.camera = Camera(self.model, experiment.train, observe)
        self.best = Best(experiment.train.patience, self.model)
        self.error: TrainingError | None = None

    def goes_on(self, record: EpochRecord) -> bool:
        """Take in an epoch; whether there is another one, apart from how many were asked for."""
        try:
            check_finite(record.train_loss, record.epoch, self.experiment.train.learning_rate)
        except TrainingError as error:
            self.error = error
            return False
        self.camera.see(record)
        return not self.best.stalled

    def checkpoint(self, last: EpochRecord, batches: Batches, adam: AdamState) -> Checkpoint:
        """What it takes to go on from the last epoch."""
        return Checkpoint(
            epoch=last.epoch,
            seconds=last.seconds,
            compiled=True,
            weights=self.model.arrays(),
            adam=adam,
            shuffles=batches.state,
            noise=self.noise,
            lowest=self.best.lowest,
            waited=self.best.waited,
            best=self.best.weights,
        )


def _side_by_side(
    ground: Groundwork,
    experiments: Sequence[Experiment],
    told: Sequence[Callable[[EpochRecord], None] | None],
    should_stop: StopSignal,
) -> list[FilmedRun | TrainingError]:
    with reproducible(experiments[0].train.seed):
        started, clock = datetime.now().astimezone(), time.perf_counter()
        seeds = [_Seed(each, len(ground.data.inputs), told[place]) for place, each in enumerate(experiments)]
        checkpoints = _trained(ground, seeds, should_stop)
        predicted = {}
        for place, kept in checkpoints.items():
            seeds[place].model.load(kept.answer)
            predicted[place] = predict(seeds[place].model, ground.data.windows)
        seconds = (time.perf_counter() - clock) / len(seeds)
    found: list[FilmedRun | TrainingError] = []
    for place, seed in enumerate(seeds):
        if seed.error:
            found.append(seed.error)
            continue
        kept, camera = checkpoints[place], seed.camera
        keeps = kept if worth_keeping(kept, seed.experiment.train) else None
        answer = (kept.answer, camera.history, camera.film(kept), keeps, predicted[place], started, seconds)
        found.append(ground.run(seed.experiment, Trained(*answer)))
    return found


def _trained(ground: Groundwork, seeds: Sequence[_Seed], should_stop: StopSignal) -> dict[int, Checkpoint]:
    """The end of each by its place, of those that came to one."""
    from core.kernel.trainer import SideBySide  # not before numba is known to run here

    model, config = seeds[0].model, seeds[0].experiment.train
    parts = parts_of(model, ground.data, config.patience)
    values = np.zeros((len(seeds), model.count + 1), np.float32)
    for seed, room in zip(seeds, values, strict=True):
        seed.model.in_one_array(room)
    networks, three = compiled_networks(model, parts, config.loss, values)
    batches = [Batches(seed.model, len(parts.x), seed.experiment.train) for seed in seeds]
    trainer = SideBySide(networks, three, batches, config, [seed.best.see for seed in seeds])
    began, ends, epoch, left = time.perf_counter(), dict[int, Checkpoint](), 0, networks.all
    while epoch < config.epochs and len(left):
        epoch, rate = epoch + 1, trainer.rate
        losses = trainer.epoch(left, should_stop, is_watched(epoch) or epoch == config.epochs)
        share, going = (time.perf_counter() - began) / len(seeds), []
        for place, (train, validation, test) in zip(left.tolist(), losses, strict=True):
            record = EpochRecord(epoch, train, test, share, rate, validation)
            if seeds[place].goes_on(record) and epoch < config.epochs:
                going.append(place)
            elif not seeds[place].error:
                ends[place] = seeds[place].checkpoint(record, batches[place], networks.adam(place))
        left = np.array(going, np.int64)
    return ends
