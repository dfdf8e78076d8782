"""The one place for what must survive a crash or another run: atomic writes, locks, the exchange of
folders, and which folders a run may write into."""

from retail.storage.atomic import cached_table, content_hash, replacing, write, write_through

__all__ = ["cached_table", "content_hash", "replacing", "write", "write_through"]
