"""Connections to S3 that are free; new ones come from botocore's session, with its certificates and timeouts."""

from __future__ import annotations

from collections import defaultdict
from typing import Any
from urllib.parse import urlsplit

from urllib3.util.wait import wait_for_read


class Connections:
    """What is free of them, by where they lead to. Any thread may call its methods."""

    def __init__(self, session: Any):
        """session: botocore's."""
        self._session = session
        self._free: defaultdict[str, list[Any]] = defaultdict(list)  # the last that was used is used next

    def take(self, url: str) -> Any:
        """Return a connection, urllib3's, connected; None where there is a proxy in between, or none is to be had."""
        free = self._free[where(url)]
        while free:
            try:
                connection = free.pop()
            except IndexError:  # another thread was faster
                break
            if not wait_for_read(connection.sock, 0):
                return connection
            connection.close()  # the server has done so, as a rule
        try:
            return connected(self._session, url)
        except Exception:  # noqa: BLE001 - whatever it is, botocore will meet it too, and has a name for it
            return None

    def give_back(self, url: str, connection: Any) -> None:
        """Take in a connection on which nothing is under way."""
        self._free[where(url)].append(connection)


def where(url: str) -> str:
    """Return scheme and host of a URL."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def connected(session: Any, url: str) -> Any:
    """Return a new connection, as botocore's session makes them for itself; None where a proxy is in between."""
    if session._proxy_config.proxy_url_for(url):
        return None
    pool = session._manager.connection_from_url(url)
    session._setup_ssl_cert(pool, url, session._verify)
    connection = pool._new_conn()
    connection.timeout = pool.timeout.connect_timeout
    connection.connect()
    return connection
