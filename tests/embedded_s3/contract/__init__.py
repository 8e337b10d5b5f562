"""What a server must do to pass for S3 here: run on the embedded one, and on others (see conftest.py)."""
