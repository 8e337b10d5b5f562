"""The job on servers that it supports."""
