"""The errors a visitor can meet. Each holds one sentence, so that the web can say it in any language.

GatescopeError
|-- ConfigError            a dial outside its bounds
|-- DataError              prices that cannot be used
|   |-- FileError          a file that cannot be read as prices
|   |   `-- FileQuestion   it can be read in more than one way; a choice decides
|   |-- TooShortError      fewer days than the window and the split need
|   `-- ProviderError      a data source that gave no prices
|       |-- UnknownTickerError    it has no such ticker, or no trading in those dates
|       |-- AmbiguousTickerError  the code names more than one security
|       |-- TokenMissingError     it needs a token
|       |-- TokenRejectedError    it does not know this token
|       |-- PermissionMissingError the token may not call this interface
|       |-- RateLimitError        too many calls, try later
|       |-- ServiceError          it answered an HTTP error or something that is not prices
|       `-- UnreachableError      no answer in time, or no network
|-- RunFileError           a file that cannot be read as a run
|-- AnswerError            an answer to a lesson's question that is no number
|-- TrainingError          the training cannot give a usable model
`-- JobError               the training service cannot take or finish a job
"""

from __future__ import annotations

from typing import Any, Self

from core.sentence import Sentence


class GatescopeError(Exception):
    """A `sentence` for a visitor; `str(error)` says it in English.

    The error survives pickling, so it can cross from a worker process.
    """

    def __init__(self, template: str, **values: Any) -> None:
        self.sentence = Sentence(template, **values)
        super().__init__(str(self.sentence))

    @property
    def values(self) -> dict[str, Any]:
        """What fills the sentence, by name."""
        return dict(self.sentence.values)

    def alone(self) -> Self:
        """The same error without traceback, cause or context, which may hold what must not travel."""
        return type(self)(self.sentence.template, **self.values)

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuild, (type(self), self.sentence)


def _rebuild(kind: type[GatescopeError], sentence: Sentence) -> GatescopeError:
    return kind(sentence.template, **sentence.values)


class ConfigError(GatescopeError):
    """A dial outside its bounds; `values["field"]` names it."""


class AnswerError(GatescopeError):
    """An answer to a lesson's question that is no number; `values["given"]` is what was typed."""


class DataError(GatescopeError):
    """Prices that cannot be used."""


class FileError(DataError):
    """A file that cannot be read as prices."""


class FileQuestion(FileError):
    """A file that can be read in more than one way.

    `values["option"]` is the argument of `core.data.read_bars` that decides, `values["answers"]` what it may be.
    """


class TooShortError(DataError):
    """Fewer days than the window and the split need."""


class ProviderError(DataError):
    """A data source that gave no prices."""


class UnknownTickerError(ProviderError):
    """The source has no such ticker, or no trading in those dates."""


class AmbiguousTickerError(ProviderError):
    """The code names more than one security; `values["choices"]` lists them."""


class TokenMissingError(ProviderError):
    """The source needs a token and none was given."""


class TokenRejectedError(ProviderError):
    """The source does not know this token."""


class PermissionMissingError(ProviderError):
    """The token may not call this interface."""


class RateLimitError(ProviderError):
    """Too many calls; worth trying again later."""


class ServiceError(ProviderError):
    """The source answered an HTTP error, or something that is not prices."""


class UnreachableError(ProviderError):
    """No answer in time, or no network."""


class RunFileError(GatescopeError):
    """A file that cannot be read as a run."""


class TrainingError(GatescopeError):
    """The training cannot give a usable model."""


class JobError(GatescopeError):
    """The training service cannot take or finish a job."""
