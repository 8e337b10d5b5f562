"""Real servers: where they come from, how they are started, and the job on them. `make test-real` runs it all.

Nothing here belongs to `make test`, which needs Python only. Each server's module (minio, ceph_rgw, versitygw, moto) has the same three names:

    VERSION              what is installed
    install(folder)      brings it here; NotToBeHad if this machine cannot
    start(folder, log)   starts it on loopback, its files in `folder`; returns a Running

`minio_differences` and `ceph_rgw_differences` are the tables of what differs from S3 there.
"""
