"""Every error that a user can meet.

    RetailError                 one clear message and an exit code; never shown as a traceback
    ├── ConfigError      (2)    retail.toml or a command line option is wrong
    ├── InputError       (3)    an input file can't be found, read or trusted
    │   └── UnsettledInputError (3)  a file changed or vanished while it was read: try again
    ├── CheckError       (4)    the figures or the new site failed a check; the old site stays
    ├── EngineError      (5)    the chosen engine, or something it needs, isn't installed
    ├── PublishError     (6)    the new site couldn't be put in place; the old site stays
    ├── MachineError     (7)    out of disk, memory or permission; the old site stays
    └── DeliveryError    (8)    the site is published, but what goes with it (digest, lists) isn't there

Anything else that is raised is a bug and keeps its traceback (exit code 1).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


class RetailError(Exception):
    """What went wrong, where, and what to do: one message for a person."""

    exit_code = 1


class ConfigError(RetailError):
    """The configuration is wrong; the message names the key."""

    exit_code = 2


class InputError(RetailError):
    """An input can't be read or trusted; the message names file, row, column and value."""

    exit_code = 3


class UnsettledInputError(InputError):
    """An input changed or vanished while it was read; another try may find it settled."""


class CheckError(RetailError):
    """Something that must hold does not; nothing was published."""

    exit_code = 4


class EngineError(RetailError):
    """An engine is missing; the message says how to install it."""

    exit_code = 5


class PublishError(RetailError):
    """The site couldn't be exchanged; the old one is untouched."""

    exit_code = 6


class MachineError(RetailError):
    """The machine refused space, memory or permission; the message says what to free or change."""

    exit_code = 7


class DeliveryError(RetailError):
    """The digest couldn't be sent, or the private lists not be put in place; the site was published
    before."""

    exit_code = 8


@dataclass(frozen=True)
class Place:
    """Where in the input something was found; `row` is the physical line, the header is 1."""

    file: str | Path
    row: int | None = None
    column: str | None = None
    value: str | None = None

    def __str__(self) -> str:
        parts = [str(self.file)]
        if self.row is not None:
            parts.append(f"row {self.row:,}")
        if self.column is not None:
            parts.append(f"column {self.column}")
        if self.value is not None:
            parts.append(f"value {shown(self.value)}")
        return ", ".join(parts)


def shown(value: str, limit: int = 60) -> str:
    """A value from an input, made safe to print: quoted, control characters escaped, cut at `limit`."""
    text = value if len(value) <= limit else value[: limit - 1] + "…"
    return repr(text) if text.isprintable() else ascii(text)


def message(error: RetailError) -> str:
    """The message of an error and its notes: all that a person at the terminal gets."""
    return "\n".join([str(error), *getattr(error, "__notes__", ())])
