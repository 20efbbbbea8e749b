"""A tushare token: carried by hand from whoever has it to the one request that needs it, and shown to nobody."""

from __future__ import annotations

import os
from enum import Enum
from typing import Final, NoReturn

VARIABLE = "TUSHARE_TOKEN"


class Token:
    """A secret whose text only `reveal` gives. It prints as dots and refuses to be copied, pickled or hashed."""

    __slots__ = ("_text",)
    __hash__ = None  # type: ignore[assignment]  # a secret is no key of a cache

    def __init__(self, text: str) -> None:
        self._text = text.strip()

    def reveal(self) -> str:
        """The secret, for the request that needs it."""
        return self._text

    def scrubbed(self, text: str) -> str:
        """`text` without the secret, for a message that came from outside."""
        return text.replace(self._text, "•••") if self._text else text

    def __bool__(self) -> bool:
        return bool(self._text)

    def __repr__(self) -> str:
        return "Token(•••)"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a token is not written anywhere")


class FromEnvironment(Enum):
    """The one value that stands for "whatever TUSHARE_TOKEN says", which None, "no token", does not."""

    HERE = VARIABLE


FROM_ENVIRONMENT: Final = FromEnvironment.HERE


def as_token(given: Token | str | FromEnvironment | None) -> Token | None:
    """The token that was given; None where it is none, or an empty one."""
    if given is FROM_ENVIRONMENT:
        given = os.environ.get(VARIABLE, "")
    return (Token(given) if isinstance(given, str) else given) or None


def choose_token(typed: str = "", secret: str = "", *, share: bool = True) -> Token | None:
    """The token for one visitor: the one typed; else the operator's (`secret`, or TUSHARE_TOKEN) if it is shared.

    `share=False` is for a public demo whose operator keeps the token for herself.
    """
    operators = (secret or os.environ.get(VARIABLE, "")) if share else ""
    return Token(typed) or Token(operators) or None
