"""The program as a process: start, serve, stop; TLS; accounts."""

import asyncio
import datetime
import ssl
import stat
import sys
from ipaddress import ip_address
from pathlib import Path
from shutil import copytree, ignore_patterns

import aiohttp
import msgspec
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

START_S = 30.0


async def start(data_dir: Path, *arguments: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "sportello", "serve", "--port", "0", "--media-port", "0", "--print-ready"),
        *("--data-dir", str(data_dir), *arguments),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


async def ready(process: asyncio.subprocess.Process) -> dict[str, object]:
    assert process.stdout is not None
    line = await asyncio.wait_for(process.stdout.readline(), START_S)
    return msgspec.json.decode(line, type=dict[str, object])


async def stop(process: asyncio.subprocess.Process) -> str:
    """Ask it to stop; returns what it logged."""
    process.terminate()
    _, logged = await asyncio.wait_for(process.communicate(), START_S)
    assert process.returncode == 0
    return logged.decode()


async def test_the_demo_starts_twice_with_the_same_data_and_stops_cleanly(tmp_path: Path) -> None:
    first = await start(tmp_path, "--demo", "--log-format", "json")
    before = await ready(first)
    logged = await stop(first)
    assert [msgspec.json.decode(line)["event"] for line in logged.splitlines()][-1] == "stopping"
    second = await start(tmp_path, "--demo")
    after = await ready(second)
    async with aiohttp.ClientSession() as http, http.get(f"{after['url']}/healthz") as response:
        assert await response.text() == "ok\n"
    await stop(second)
    assert after["api_key"] == before["api_key"]
    assert [login["email"] for login in before["logins"]] == [  # type: ignore[attr-defined]
        "giulia@demo.example",
        "paolo@demo.example",
        "sara@demo.example",
        "admin@demo.example",
    ]


async def test_the_servers_secret_is_its_owners_alone(tmp_path: Path) -> None:
    process = await start(tmp_path)
    await ready(process)
    await stop(process)
    secret = await asyncio.to_thread((tmp_path / "secret").stat)
    assert stat.S_IMODE(secret.st_mode) == 0o600


async def test_it_may_open_as_many_descriptors_as_the_administrator_allows(tmp_path: Path) -> None:
    process = await asyncio.create_subprocess_shell(
        f"ulimit -Sn 128 && exec {sys.executable} -m sportello serve --port 0 --media-port 0 --print-ready "
        f"--data-dir {tmp_path}",
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    await ready(process)
    limits = await asyncio.to_thread(Path(f"/proc/{process.pid}/limits").read_text)
    soft, hard = next(line for line in limits.splitlines() if line.startswith("Max open files")).split()[3:5]
    assert soft == hard
    await stop(process)


@pytest.mark.parametrize("option", ["--tcp-connections", "--tcp-connections-per-address"])
async def test_it_takes_as_many_clients_over_tcp_as_the_administrator_allows(
    option: str, tmp_path: Path
) -> None:
    process = await start(tmp_path, "--media-host", "127.0.0.1", option, "2")
    (port,) = msgspec.convert((await ready(process))["media_ports"], list[int])
    clients = [await asyncio.open_connection("127.0.0.1", port) for _ in range(3)]
    reads = [asyncio.ensure_future(reader.read()) for reader, _ in clients]
    try:
        done, waiting = await asyncio.wait(reads, timeout=4, return_when=asyncio.FIRST_COMPLETED)
        assert (len(done), len(waiting)) == (1, 2), "closed before it could time out"
    finally:
        for _, writer in clients:
            writer.close()
        await asyncio.gather(*reads, return_exceptions=True)
    await stop(process)


async def test_an_open_chat_socket_is_told_that_the_server_stops(tmp_path: Path) -> None:
    process = await start(tmp_path, "--demo")
    url = str((await ready(process))["url"])
    async with aiohttp.ClientSession(url) as http:
        body = {"account": "demo", "group": "consulenza"}
        async with http.post("/api/v1/visitor", json=body) as response:
            token = (await response.json())["token"]
        async with http.ws_connect("/api/v1/visitor/socket") as socket:
            await socket.send_json({"type": "hello", "version": 1, "token": token})
            assert (await socket.receive_json())["type"] == "ready"
            stopping = asyncio.create_task(stop(process))
            async for _ in socket:
                pass
            assert socket.close_code == 1001
            await stopping


async def test_https_is_served_with_a_certificate(tmp_path: Path) -> None:
    certificate, key = write_certificate(tmp_path)
    process = await start(tmp_path, "--demo", "--tls-cert", str(certificate), "--tls-key", str(key))
    url = str((await ready(process))["url"])
    assert url.startswith("https://")
    context = await asyncio.to_thread(ssl.create_default_context, cafile=certificate)
    connector = aiohttp.TCPConnector(ssl=context)
    jar = aiohttp.CookieJar(unsafe=True)
    async with aiohttp.ClientSession(url, connector=connector, cookie_jar=jar) as http:
        login = {"email": "giulia@demo.example", "password": "sportello-demo"}
        async with http.post("/api/v1/session", json=login) as response:
            assert response.headers["Strict-Transport-Security"]
            cookie = response.headers["Set-Cookie"]
    assert cookie.startswith("__Host-sportello=")
    assert "Secure" in cookie
    await stop(process)


async def test_a_port_in_use_is_told_in_one_line(tmp_path: Path) -> None:
    first = await start(tmp_path / "one")
    port = str((await ready(first))["url"]).rsplit(":", 1)[1]
    second = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "sportello", "serve", "--port", port, "--data-dir", str(tmp_path / "two")),
        stderr=asyncio.subprocess.PIPE,
    )
    _, complaint = await asyncio.wait_for(second.communicate(), START_S)
    assert second.returncode == 1
    assert complaint.startswith(b"sportello: ")
    assert complaint.count(b"\n") == 1
    await stop(first)


async def test_a_packet_path_that_was_not_built_is_told_in_one_line(tmp_path: Path) -> None:
    source = Path(__file__).parents[2]
    for package in ("admin", "chatcore", "signalling", "sportello"):
        (tmp_path / package).symlink_to(source / package)
    await asyncio.to_thread(copytree, source / "media", tmp_path / "media", ignore=ignore_patterns("*.so"))
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "sportello", "serve"), cwd=tmp_path, stderr=asyncio.subprocess.PIPE
    )
    _, complaint = await asyncio.wait_for(process.communicate(), START_S)
    assert process.returncode == 1
    assert complaint == b"sportello: the native packet path is not built; `make build` builds it\n"


async def test_an_account_created_on_the_command_line_can_log_in(tmp_path: Path) -> None:
    password = "long enough"
    options = ["--code", "marini", "--company", "Marini", "--email", "anna@marini.example", "--name", "Anna"]
    created = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "sportello", "create-account", "--data-dir", str(tmp_path), *options),
        stdout=asyncio.subprocess.PIPE,
        env={"SPORTELLO_PASSWORD": password},
    )
    assert await created.wait() == 0
    process = await start(tmp_path)
    url = str((await ready(process))["url"])
    async with aiohttp.ClientSession(url) as http:
        login = {"email": "anna@marini.example", "password": password}
        async with http.post("/api/v1/session", json=login) as response:
            assert (await response.json())["role"] == "administrator"
    await stop(process)


def write_certificate(folder: Path) -> tuple[Path, Path]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.datetime.now(datetime.UTC)
    loopback = x509.IPAddress(ip_address("127.0.0.1"))
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now)
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([loopback]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    paths = folder / "cert.pem", folder / "key.pem"
    paths[0].write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    paths[1].write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return paths
