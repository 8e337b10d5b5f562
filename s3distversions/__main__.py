"""`python -m s3distversions` is the console script."""

from s3distversions.jobs.restore import main

if __name__ == "__main__":
    main()
