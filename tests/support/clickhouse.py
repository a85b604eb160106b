"""Real ClickHouses for tests: Debian's server, and today's engine (chdb) behind its HTTP interface.

Each is a context manager that gives a target's URL and leaves nothing behind.
"""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import servers
from drillbook_labs.erpgo.postgres import server_user
from drillbook_labs.erpgo.programs import folders_to_search

CHDB_SERVER = Path(__file__).with_name("chdb_server.py")
CONFIG = """<yandex>
<logger><level>warning</level><log>{folder}/log</log><errorlog>{folder}/errors</errorlog></logger>
<http_port>{http}</http_port><tcp_port>{tcp}</tcp_port><listen_host>127.0.0.1</listen_host>
<interserver_http_port>{inner}</interserver_http_port>
<max_concurrent_queries>20</max_concurrent_queries><mark_cache_size>5368709</mark_cache_size>
<path>{folder}/data/</path><tmp_path>{folder}/tmp/</tmp_path>
<users_config>{folder}/users.xml</users_config><default_profile>default</default_profile>
<default_database>default</default_database><timezone>UTC</timezone>
</yandex>
"""
USER = """<{name}><password>{password}</password><networks><ip>127.0.0.1</ip></networks>
<profile>{profile}</profile><quota>default</quota></{name}>
"""
USERS = """<yandex><profiles><default><max_memory_usage>500000000</max_memory_usage></default>
<level1><readonly>1</readonly></level1><level2><readonly>2</readonly></level2></profiles>
<users>{users}</users><quotas><default/></quotas></yandex>
"""


def program() -> Path | None:
    """Where Debian's server lies, or None."""
    folders = [folder.parent / "sbin" for folder in folders_to_search(os.environ, servers.ROOT)]
    places = [folder / "clickhouse-server" for folder in folders]
    return next((place.resolve() for place in places if place.is_file()), None)


@contextmanager
def clickhouse(server: Path, password: str) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """Its URL and its process. The users `app`, `level1`, `level2` have this password.

    The last two may only read, in ClickHouse's two ways.
    """
    user = server_user()
    root = server.parents[2]
    libraries = ":".join(f"{root}/{each}/x86_64-linux-gnu" for each in ("usr/lib", "lib"))
    with servers.folder_for(user) as folder:
        http, tcp, inner = (servers.free_port() for _ in range(3))
        config = CONFIG.format(folder=folder, http=http, tcp=tcp, inner=inner)
        (folder / "config.xml").write_text(config, encoding="utf-8")
        profiles = {"default": "default", "app": "default", "level1": "level1", "level2": "level2"}
        users = "".join(
            USER.format(name=name, password=password, profile=profile)
            for name, profile in profiles.items()
        )
        (folder / "users.xml").write_text(USERS.format(users=users), encoding="utf-8")
        if user:
            shutil.chown(folder, user)
        command = [str(server), f"--config-file={folder}/config.xml"]
        with servers.started(command, user, LD_LIBRARY_PATH=libraries) as process:
            servers.wait_until(
                lambda: servers.accepts(http) or process.poll() is not None, "ClickHouse starts"
            )
            assert process.poll() is None
            yield f"clickhouse+http://app@127.0.0.1:{http}/default", process


def chdb_python() -> Path | None:
    """A Python that has chdb, or None; `tools/chdb.sh` makes one."""
    named = os.environ.get("DRILLBOOK_CHDB_PYTHON")
    place = Path(named) if named else servers.ROOT / ".tools/chdb/bin/python"
    return place if place.is_file() else None


@contextmanager
def chdb(python: Path) -> Iterator[str]:
    """Today's engine; whoever connects may do everything."""
    with servers.folder_for(None) as folder:
        port = servers.free_port()
        command = [str(python), str(CHDB_SERVER), str(folder / "data"), str(port)]
        with servers.started(command, None) as process:
            servers.wait_until(
                lambda: servers.accepts(port) or process.poll() is not None, "chdb starts"
            )
            assert process.poll() is None
            yield f"clickhouse+http://default@127.0.0.1:{port}/default"
