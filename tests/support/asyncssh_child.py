"""An SSH server in Python, for machines where OpenSSH's cannot be had: PORT, HOST_KEY, KEYS.

Each command is run by /bin/sh in a session of its own, as OpenSSH's server does.
"""

import asyncio
import os
import sys

import asyncssh


async def perform(process: asyncssh.SSHServerProcess[bytes]) -> None:
    """Run what is asked for; its standard input ends when the channel does."""
    child = await asyncio.create_subprocess_exec(
        "/bin/sh",
        "-c",
        process.command or "true",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        start_new_session=True,
        env={name: os.environ[name] for name in ("PATH", "TMPDIR")}
        | {"HOME": "/", "DRILLBOOK_PLACE": sys.argv[1]},
    )
    assert child.stdin is not None
    assert child.stdout is not None
    tasks = [
        asyncio.create_task(there(process, child.stdin)),
        asyncio.create_task(back(process, child.stdout)),
    ]
    code = await child.wait()
    await tasks[1]
    tasks[0].cancel()
    process.exit(code if code >= 0 else 255)


async def there(process: asyncssh.SSHServerProcess[bytes], stdin: asyncio.StreamWriter) -> None:
    """The client's bytes to the command; a channel that breaks is an end too."""
    try:
        while data := await process.stdin.read(65_536):
            stdin.write(data)
            await stdin.drain()
    except (OSError, asyncssh.Error):
        pass
    finally:
        stdin.close()


async def back(process: asyncssh.SSHServerProcess[bytes], stdout: asyncio.StreamReader) -> None:
    """The command's bytes to the client, as long as there is one."""
    while data := await stdout.read(65_536):
        try:
            process.stdout.write(data)
            await process.stdout.drain()
        except (OSError, asyncssh.Error):
            return


async def serve(port: int, host_key: str, keys: str) -> None:
    """Serve until killed."""
    await asyncssh.create_server(
        asyncssh.SSHServer,
        "127.0.0.1",
        port,
        server_host_keys=[host_key],
        authorized_client_keys=keys,
        process_factory=perform,
        encoding=None,
    )
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), sys.argv[2], sys.argv[3]))
