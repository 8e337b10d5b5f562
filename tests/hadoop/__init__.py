"""The command on a Hadoop cluster: its daemons and the servers that stand in for S3 are processes on loopback."""
