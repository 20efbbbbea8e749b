"""An experiment as URL parameters and back: the preset, and what differs from it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from core.config import DEFAULT_PRESET, PRESETS, DataQuery, Experiment, as_date
from core.errors import ConfigError
from core.input_names import BETWEEN
from core.sentence import N_

# URL name -> (part of Experiment, field). The order is the order in a link; the names are also the widgets' keys.
PARAMETERS: dict[str, tuple[str, str]] = {
    "ticker": ("data", "ticker"),
    "source": ("data", "source"),
    "start": ("data", "start"),
    "end": ("data", "end"),
    "adjust": ("data", "adjust"),
    "window": ("model", "window"),
    "hidden": ("model", "hidden_size"),
    "layers": ("model", "num_layers"),
    "cell": ("model", "cell"),
    "layout": ("model", "layout"),
    "dropout": ("model", "dropout"),
    "forget_bias": ("model", "forget_bias"),
    "target": ("train", "target"),
    "inputs": ("model", "inputs"),  # after the target, whose own series is none of them
    "epochs": ("train", "epochs"),
    "lr": ("train", "learning_rate"),
    "batch": ("train", "batch_size"),
    "scale": ("train", "scale_on"),
    "split": ("train", "train_fraction"),
    "validation": ("train", "validation"),
    "schedule": ("train", "schedule"),
    "loss": ("train", "loss"),
    "patience": ("train", "patience"),
    "seed": ("train", "seed"),
}
BOTH = "_"  # between the share and the date of a split
OWN_ONLY = "own"  # no further inputs, where the preset has some
NOTHING = {"batch": "full", "start": "first", "end": "last", "forget_bias": "default", "patience": "off"}


def preset_of(experiment: Experiment, favourite: str = DEFAULT_PRESET) -> str:
    """The preset whose dials (prices apart) `experiment` has, or "custom"; `favourite` is looked at first."""
    for name in (favourite, *PRESETS):
        if name in PRESETS and (PRESETS[name].model, PRESETS[name].train) == (experiment.model, experiment.train):
            return name
    return "custom"


def to_link(experiment: Experiment, preset: str, home: DataQuery | None = None) -> dict[str, str]:
    """URL parameters of `experiment`: the preset it started from (unless it is the default) and what differs from it.

    `home` is the data a bare address opens with.
    """
    base = PRESETS[preset].replace(data=home or DataQuery())
    link = {} if preset == DEFAULT_PRESET else {"preset": preset}
    for name, (part, field) in PARAMETERS.items():
        value = getattr(getattr(experiment, part), field)
        if value != getattr(getattr(base, part), field):
            link[name] = text_of(name, value)
    if experiment.train.test_start is not None:
        share = [link["split"]] if "split" in link else []  # kept for when the date is taken away again
        link["split"] = BOTH.join([*share, experiment.train.test_start.isoformat()])
    return link


def text_of(name: str, value: Any) -> str:
    """A value of the dial as a link writes it; inputs with a comma between."""
    if isinstance(value, tuple):
        return BETWEEN.join(value) or OWN_ONLY
    return NOTHING[name] if value is None else str(value)


def from_link(
    parameters: Mapping[str, str], home: DataQuery | None = None
) -> tuple[Experiment, str, list[ConfigError]]:
    """The experiment and the preset that URL parameters ask for, and one error for each that is out of bounds.

    A parameter in error is left at the preset's value; parameters of other names are not ours and are passed over.
    """
    errors: list[ConfigError] = []
    preset = parameters.get("preset", DEFAULT_PRESET)
    if preset not in PRESETS:
        errors.append(
            ConfigError(
                N_("{field} is {value}, but must be one of: {options}."),
                field="preset",
                value=preset,
                options=", ".join(PRESETS),
            )
        )
        preset = DEFAULT_PRESET
    experiment = PRESETS[preset].replace(data=home or DataQuery())
    for name in PARAMETERS:
        if name in parameters:
            try:
                experiment = with_parameter(experiment, name, parameters[name])
            except ConfigError as error:
                errors.append(error)
    return experiment, preset, errors


def with_parameter(experiment: Experiment, name: str, text: Any) -> Experiment:
    """`experiment` with the one dial that the URL calls `name` set from its text.

    Raises:
        ConfigError: the text is not a value of that dial.
    """
    part, field = PARAMETERS[name]
    if name == "split" and BOTH in str(text):
        share, text = str(text).split(BOTH, 1)
        experiment = with_parameter(experiment, name, share)
    value: Any = None if text == NOTHING.get(name) else text
    if name == "inputs" and text == OWN_ONLY:
        value = ()
    if name == "split" and (starts := _split_date(text)):
        field, value = "test_start", starts
    elif name == "split":
        experiment = experiment.replace(train=experiment.train.replace(test_start=None))
    return experiment.replace(**{part: getattr(experiment, part).replace(**{field: value})})


def _split_date(text: Any) -> date | None:
    """`split` holds a share (0.7), the first test day (2018-08-10), or both (0.6_2018-08-10)."""
    return as_date("split", text) if str(text).count("-") == 2 else None
