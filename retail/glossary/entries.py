"""What an entry of the glossary is."""

from __future__ import annotations

from dataclasses import dataclass


def anchor(text: str) -> str:
    """A heading as an id.

    >>> anchor("New, returning, reactivated")
    'new-returning-reactivated'
    """
    return "-".join("".join(c if c.isalnum() else " " for c in text.lower()).split())


@dataclass(frozen=True)
class Word:
    """A term, what it means, its formula where it has one, and the pages that show it."""

    term: str
    meaning: str
    formula: str = ""
    shown: tuple[str, ...] = ()

    @property
    def anchor(self) -> str:
        """Its id on methods.html."""
        return anchor(self.term)


@dataclass(frozen=True)
class Subject:
    """Words that belong together."""

    title: str
    words: tuple[Word, ...]

    @property
    def anchor(self) -> str:
        """Its id on methods.html."""
        return anchor(f"words {self.title}")


@dataclass(frozen=True)
class Convention:
    """How something is done, in plain words: a heading and its paragraphs.

    `needs` are tables without which it says nothing to this site's readers.
    """

    title: str
    paragraphs: tuple[str, ...]
    needs: tuple[str, ...] = ()

    @property
    def anchor(self) -> str:
        """Its id on methods.html."""
        return anchor(self.title)
