"""The job, but for settings that differ between its steps: mrjob then runs only the first on Spark, and says nothing."""

from s3distversions.jobs.restore import RestoreVersions


class Uneven(RestoreVersions):
    """The job of a developer who gave one step a setting of its own."""

    def steps(self):
        """Return the steps, no two with the same settings."""
        steps = super().steps()
        for number, step in enumerate(steps):
            step._steps["jobconf"] = {"mapreduce.job.reduces": str(number + 1)}
        return steps
