"""The exchange of requests and replies: whose answer is whose, what becomes of connections, and when it gives up."""

import contextlib
import os
import selectors
import socket
import ssl
import subprocess
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from botocore.awsrequest import AWSPreparedRequest
from botocore.httpsession import URLLib3Session

from s3distversions import exchange
from s3distversions.errors import S3Error
from s3distversions.exchange import Exchange
from s3distversions.replies import LARGEST

PATIENCE = 30  # seconds, for what never comes


class Handler(BaseHTTPRequestHandler):
    """Answers /SIZE/WORD with WORD, SIZE times, in chunks or told by its length; and what else `replies` says."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_GET(self):
        server = self.server
        with server.lock:
            server.asked.append((self.client_address[1], self.path))
        if self.path in server.replies:
            self.close_connection = not server.replies[self.path](self)
            return
        _, size, word = self.path.split("/")
        body = word.encode() * int(size)
        self.send_response(200)
        if len(body) % 2:
            self.send_header("Transfer-Encoding", "chunked")
            body = b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in (body[:999], body[999:]) if part)
            body += b"0\r\n\r\n"
        else:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        """Say nothing."""


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256

    def handle_error(self, *_):
        """A client may go away."""


@contextlib.contextmanager
def serving(certificate=None):
    server = Server(("127.0.0.1", 0), Handler)
    server.lock, server.asked, server.replies = threading.Lock(), [], {}
    server.over = threading.Event()
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    server.url = f"http{'s' if certificate else ''}://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield server
    finally:
        server.over.set()
        server.shutdown()
        server.server_close()


@pytest.fixture
def server():
    with serving() as running:
        yield running


@pytest.fixture(scope="session")
def certificate(tmp_path_factory):
    """A file with a certificate for 127.0.0.1 and its key."""
    folder = tmp_path_factory.mktemp("tls")
    files = "-keyout key.pem -out certificate.pem"
    about = "-days 2 -subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1"
    command = f"openssl req -x509 -newkey rsa:2048 -nodes {files} {about}".split()
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    file = folder / "both.pem"
    file.write_bytes((folder / "certificate.pem").read_bytes() + (folder / "key.pem").read_bytes())
    return str(file)


def made(seconds=PATIENCE, **session):
    return Exchange(URLLib3Session(max_pool_connections=64, **session), seconds)


def request(url):
    return AWSPreparedRequest("GET", url, {"User-Agent": "a test"}, None, False)


def content(reply):
    return reply.content


def answers(asked, server, size, words, threads=32):
    """What each of the words was answered, by as many threads."""
    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(lambda word: asked.ask(request(f"{server.url}/{size}/{word}"), content), words))


@pytest.mark.parametrize("size", [0, 1, 1000, 100_000])
def test_everybody_gets_the_answer_to_his_own_question(server, size):
    words = [f"{number:05}" for number in range(300)]
    assert answers(made(), server, size, words) == [word.encode() * size for word in words]
    assert len({port for port, _ in server.asked}) <= 32, "connections are used again"
    assert len(server.asked) == 300


def test_over_tls(certificate):
    """Large replies too: what OpenSSL holds back is not waited for."""
    with serving(certificate) as server:
        words = [f"{number:05}" for number in range(40)]
        trusting = made(verify=certificate)
        for size in (1, 60_000):
            assert answers(trusting, server, size, words, 8) == [word.encode() * size for word in words]
        assert len({port for port, _ in server.asked}) <= 8
        asked = len(server.asked)
        assert made().ask(request(f"{server.url}/1/a"), content) is None, "who is not known is not asked"
        assert len(server.asked) == asked


def test_a_client_uses_it(s3, monkeypatch):
    """Were the connections of botocore's session no longer to be had so, all would be asked the long way, unseen."""
    from s3distversions import client
    from s3distversions.model import Access

    for name, value in s3.environment.items():
        monkeypatch.setenv(name, value)
    s3.load("bucket", [{"key": "a", "content": "x", "version_id": "v"}])
    wire = client.make(Access(endpoint_url=s3.endpoint), 3)
    got = []
    ask = wire._exchange.ask
    monkeypatch.setattr(wire._exchange, "ask", lambda *given: got.append(ask(*given)) or got[-1])
    for _ in range(3):
        wire.list_object_versions(Bucket="bucket")
    assert [status for status, _ in got] == [200, 200]


def test_a_proxy_is_left_to_botocore(server):
    proxied = made(proxies={"http": "http://127.0.0.1:9"})
    assert proxied.ask(request(f"{server.url}/1/a"), content) is None
    assert server.asked == []


def test_nobody_is_there():
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        assert made().ask(request(f"http://127.0.0.1:{nobody.getsockname()[1]}/1/a"), content) is None


def raw(*parts, stay=True):
    """A reply of these bytes; stay: the connection is open afterwards."""

    def reply(handler):
        for part in parts:
            handler.wfile.write(part)
            handler.wfile.flush()
        return stay

    return reply


BROKEN = {
    "nothing": raw(stay=False),
    "half a head": raw(b"HTTP/1.1 200 O", stay=False),
    "half a body": raw(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc", stay=False),
}
ODD = {
    "no HTTP": raw(b"220 mail.example.org ESMTP\r\n\r\n"),
    "an interim reply": raw(b"HTTP/1.1 100 Continue\r\n\r\n"),
    "an older version": raw(b"HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\nx"),
    "other line ends": raw(b"HTTP/1.1 200 OK\nContent-Length: 1\n\nx", stay=False),
    "two replies": raw(2 * b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx"),
}


@pytest.mark.parametrize("reply", BROKEN.values(), ids=BROKEN)
def test_what_breaks_off_is_none(server, reply):
    """And the next request has a new connection."""
    asked = made()
    server.replies["/odd"] = reply
    for _ in range(2):
        assert asked.ask(request(f"{server.url}/odd"), content) is None
        assert asked.ask(request(f"{server.url}/1/a"), content) == b"a"
    ports = [port for port, _ in server.asked]
    assert ports[0] != ports[1] == ports[2] != ports[3]


@pytest.mark.parametrize("reply", [reply for name, reply in ODD.items() if name != "other line ends"])
def test_a_server_with_odd_replies_is_asked_once(server, reply):
    """What it is asked may be a copy: botocore sends that again, and all that follow."""
    asked = made()
    server.replies["/odd"] = reply
    assert asked.ask(request(f"{server.url}/odd"), content) is None
    assert asked.ask(request(f"{server.url}/1/a"), content) is None
    assert [path for _, path in server.asked] == ["/odd"]
    asked._odd.update(dict.fromkeys(asked._odd, time.monotonic()))  # a minute later
    assert asked.ask(request(f"{server.url}/1/a"), content) == b"a"


def test_a_reply_that_ends_with_its_connection(server):
    server.replies["/odd"] = raw(b"HTTP/1.1 200 OK\r\n\r\nabc", stay=False)
    assert made().ask(request(f"{server.url}/odd"), content) == b"abc"


def test_a_connection_that_the_server_has_closed_is_not_used(server):
    asked = made()
    assert asked.ask(request(f"{server.url}/1/a"), content) == b"a"
    connection = next(iter(asked._connections._free.values()))[0]
    server.replies["/close"] = raw(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", stay=False)
    assert asked.ask(request(f"{server.url}/close"), content) == b""
    assert wait_readable(connection.sock) and connection.sock.recv(1, socket.MSG_PEEK) == b""
    assert asked.ask(request(f"{server.url}/1/b"), content) == b"b"
    assert len({port for port, _ in server.asked}) == 2


def wait_readable(sock):
    """Wait until the server's end of it has come."""
    from urllib3.util.wait import wait_for_read

    return wait_for_read(sock, PATIENCE)


def test_one_that_is_told_to_be_closed_is_not_used(server):
    asked = made()
    server.replies["/last"] = raw(b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 1\r\n\r\nx")
    assert asked.ask(request(f"{server.url}/last"), content) == b"x"
    assert not any(asked._connections._free.values())


def test_bytes_behind_a_reply_are_nobody_elses_answer(server):
    """A second reply to one request, which comes later."""
    asked = made()
    whole = b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n"
    sent = threading.Event()

    def later(handler):
        raw(whole + b"x")(handler)
        sent.wait(PATIENCE)
        return raw(whole + b"y")(handler)

    server.replies["/later"] = later
    assert asked.ask(request(f"{server.url}/later"), content) == b"x"
    connection = next(iter(asked._connections._free.values()))[-1]
    sent.set()
    assert wait_readable(connection.sock)
    assert asked.ask(request(f"{server.url}/1/a"), content) == b"a"


def test_too_large_a_reply_is_an_error(server):
    server.replies["/large"] = raw(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % (LARGEST + 1))
    with pytest.raises(S3Error, match="more than 8,388,608 bytes"):
        made().ask(request(f"{server.url}/large"), content)


def test_what_reading_raises_is_raised_where_it_was_asked(server):
    asked = made()

    def fails(_):
        raise ZeroDivisionError("of the reader")

    for _ in range(2):
        with pytest.raises(ZeroDivisionError, match="of the reader"):
            asked.ask(request(f"{server.url}/1/a"), fails)
    assert asked.ask(request(f"{server.url}/1/a"), content) == b"a", "the thread goes on"


@pytest.mark.parametrize(
    "parts", [[b""], [b"HTTP/1.1 200 OK\r\nContent-Length: 200\r\n\r\n"]], ids=["silent", "drips"]
)
def test_what_takes_too_long_is_given_up(server, monkeypatch, parts):
    """Others are not: their answers come meanwhile."""
    monkeypatch.setattr(exchange, "LOOK_SECONDS", 0.02)

    def slow(handler):
        raw(*parts)(handler)
        while not server.over.wait(0.05):
            handler.wfile.write(b"x" if parts != [b""] else b"")
        return False

    server.replies["/slow"] = slow
    asked = made(seconds=0.5)
    with ThreadPoolExecutor(1) as pool:
        began = time.monotonic()
        waits = pool.submit(asked.ask, request(f"{server.url}/slow"), content)
        while not waits.done():
            assert asked.ask(request(f"{server.url}/1/a"), content) == b"a"
        assert waits.result() is None
    assert time.monotonic() - began >= 0.5


def test_whoever_waits_for_a_request_that_cannot_be_registered_is_told(server, monkeypatch):
    """And the thread goes on."""
    asked = made()
    register = selectors.DefaultSelector.register
    full = []

    def refuses(selector, fileobj, events, data=None):
        if data is not None and full:
            raise full.pop()
        return register(selector, fileobj, events, data)

    monkeypatch.setattr(selectors.DefaultSelector, "register", refuses)
    for error in (OSError("no space"), KeyError("registered")):
        full.append(error)
        assert asked.ask(request(f"{server.url}/1/a"), content) is None
        assert asked.ask(request(f"{server.url}/1/a"), content) == b"a"


def test_whoever_waits_when_the_thread_fails_is_told(server, monkeypatch):
    """By a defect; the next request starts another thread."""
    asked = made()
    monkeypatch.setattr(threading, "excepthook", lambda *_: None)
    with monkeypatch.context() as broken:
        broken.setattr(exchange.Asked, "receive", lambda _: 1 / 0)
        assert answers(asked, server, 1, ["a", "b", "c"], 3) == [None] * 3
    assert asked.ask(request(f"{server.url}/1/a"), content) == b"a"


def test_where_no_thread_can_be_started_nobody_waits(server, monkeypatch):
    asked = made()
    with monkeypatch.context() as full:
        full.setattr(threading.Thread, "start", lambda _: (_ for _ in ()).throw(RuntimeError("can't start")))
        with pytest.raises(RuntimeError, match="can't start"):
            asked.ask(request(f"{server.url}/1/a"), content)
    assert asked.ask(request(f"{server.url}/1/a"), content) == b"a"


def test_the_thread_ends_when_there_is_nothing_to_wait_for(server, monkeypatch):
    """And the next request starts another."""
    monkeypatch.setattr(exchange, "LOOK_SECONDS", 0.01)
    monkeypatch.setattr(exchange, "IDLE_SECONDS", 0.02)
    asked = made()
    for _ in range(3):
        assert asked.ask(request(f"{server.url}/1/a"), content) == b"a"
        until = time.monotonic() + PATIENCE
        while asked._is_running and time.monotonic() < until:
            time.sleep(0.01)
        assert not asked._is_running


def test_no_request_is_lost_when_the_thread_ends(server, monkeypatch):
    """As often as can be."""
    monkeypatch.setattr(exchange, "LOOK_SECONDS", 0.0)
    monkeypatch.setattr(exchange, "IDLE_SECONDS", 0.0)
    words = [f"{number:05}" for number in range(500)]
    assert answers(made(), server, 1, words, 4) == [word.encode() for word in words]


def test_pages_are_not_kept(server):
    """What was answered belongs to whoever asked, alone."""
    import gc
    import weakref

    class Page(list):
        """Something that can be looked after."""

    asked = made()
    pages = [asked.ask(request(f"{server.url}/1/a"), lambda _: Page()) for _ in range(5)]
    kept = [weakref.ref(page) for page in pages]
    gc.disable()
    try:
        del pages
        assert [page() for page in kept] == [None] * 5
    finally:
        gc.enable()


def test_a_child_process_has_its_own(s3, monkeypatch):
    """Nothing of a client survives a fork, the thread least of all."""
    from s3distversions import client
    from s3distversions.model import Access

    for name, value in s3.environment.items():
        monkeypatch.setenv(name, value)
    s3.load("bucket", [{"key": "a", "content": "x", "version_id": "v"}])
    access = Access(endpoint_url=s3.endpoint)
    for _ in range(2):
        client.make(access, 3).list_object_versions(Bucket="bucket")
    child = os.fork()
    if not child:
        code = 1
        with contextlib.suppress(BaseException):
            for _ in range(2):
                client.make(access, 3).list_object_versions(Bucket="bucket")
            code = 0
        os._exit(code)
    assert os.waitpid(child, 0)[1] == 0
