"""The job on servers that lose the order of a history, and are refused."""
