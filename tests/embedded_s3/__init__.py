"""An S3 for tests and demos: a server process that keeps versioned buckets in memory, as AWS does."""

from .process import EmbeddedS3

__all__ = ["EmbeddedS3"]
