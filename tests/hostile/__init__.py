"""Replies that no S3 should send, and the whole job in front of them: never a write on such a basis."""
