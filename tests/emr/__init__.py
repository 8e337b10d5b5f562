"""EMR without AWS: linted templates, the real AWS CLI and mrjob against moto, the policies against the embedded S3.

`make test-emr` runs it, in a virtual environment of its own, on the Python of EMR's nodes: moto, awscli and cfn-lint
are too heavy for `make test`, which passes this folder over. What moto cannot do is said where it matters.
"""
