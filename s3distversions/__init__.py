"""S3DistVersions: brings a versioned S3 bucket back to a moment."""

__version__ = "0.1.0"
