"""The MapReduce jobs, one file each."""
