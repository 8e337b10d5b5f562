"""The command on Spark, which runs mrjob's jobs itself: two tasks at a time, on this machine."""
