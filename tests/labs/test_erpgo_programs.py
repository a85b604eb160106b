"""Programs are looked for where they are unpacked, and hidden where a drill says so."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from drillbook.model.lab import LabError
from drillbook_labs.erpgo import programs


def make_program(path: Path) -> Path:
    """Write a program that does nothing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("#!/bin/sh\n", encoding="utf-8")
    path.chmod(0o755)
    return path


def test_the_configured_folder_is_searched_first_then_the_tree_then_path(tmp_path: Path) -> None:
    """$DRILLBOOK_SERVERS, then .tools here and above, then PATH."""
    environment = {"DRILLBOOK_SERVERS": "/opt/servers", "PATH": "/usr/local/bin::/usr/bin"}
    folders = programs.folders_to_search(environment, tmp_path)
    assert Path("/opt/servers") == folders[0]
    assert tmp_path / ".tools/debian/usr/bin" == folders[1]
    assert tmp_path.parent / ".tools/debian/usr/bin" == folders[2]
    assert [Path("/usr/local/bin"), Path("/usr/bin")] == folders[-2:]


def test_a_program_of_a_parent_folder_is_found(tmp_path: Path) -> None:
    """A lab that starts somewhere below the checkout finds the checkout's servers."""
    program = make_program(tmp_path / ".tools/debian/usr/bin/prometheus")
    below = tmp_path / "packs/erpgo"
    below.mkdir(parents=True)
    found = programs.find_programs(programs.folders_to_search({}, below), ["prometheus"])
    assert {"prometheus": program} == found


def test_what_cannot_be_run_is_not_a_program(tmp_path: Path) -> None:
    """A file without the right to run it does not count."""
    (tmp_path / "promtool").write_text("", encoding="utf-8")
    with pytest.raises(LabError):
        programs.find_programs([tmp_path], ["promtool"])


def test_all_missing_programs_are_named_with_the_cure(tmp_path: Path) -> None:
    """One message names everything that is missing."""
    make_program(tmp_path / "prometheus")
    with pytest.raises(LabError, match=r"needs promtool, amtool, .*run `make servers`"):
        programs.find_programs([tmp_path], ["prometheus", "promtool", "amtool"])


def test_the_wheel_s_postgres_is_found_without_importing_it() -> None:
    """The package's tree holds the server."""
    assert os.access(programs.postgres_tree() / "pginstall/bin/postgres", os.X_OK)


def operator_path(tmp_path: Path, without: tuple[str, ...]) -> str:
    """Answer the search path of an operator beside a small PostgreSQL."""
    clients = tmp_path / "clients"
    for name in ("pg_isready", "psql"):
        make_program(clients / name)
    folders = programs.write_operator_folder(
        tmp_path / "bin",
        postgres_bin=clients,
        configuration=tmp_path / "supervisord.conf",
        without=without,
    )
    return os.pathsep.join(folders)


def test_the_lab_s_clients_win_over_the_system_s(tmp_path: Path) -> None:
    """The operator finds the lab's programs first and the system's after them."""
    path = operator_path(tmp_path, ())
    assert str(tmp_path / "bin/psql") == shutil.which("psql", path=path)
    assert shutil.which("env", path="/usr/bin:/bin") == shutil.which("env", path=path)


@pytest.mark.parametrize("name", ["pg_isready", "env", "supervisorctl"])
def test_a_hidden_program_is_not_found_and_all_others_are(tmp_path: Path, name: str) -> None:
    """`without` hides a program wherever it lies, and only that one."""
    path = operator_path(tmp_path, (name,))
    assert shutil.which(name, path=path) is None
    others = {"pg_isready", "psql", "env", "ls", "bash", "supervisorctl"} - {name}
    assert all(shutil.which(other, path=path) for other in others)


def test_the_operator_s_supervisorctl_reads_the_lab_s_configuration(tmp_path: Path) -> None:
    """Plain `supervisorctl` needs no flags, and says so where nothing answers there."""
    path = operator_path(tmp_path, ())
    (tmp_path / "supervisord.conf").write_text(
        "[supervisorctl]\nserverurl = unix:///nonexistent/of-this-test.sock\n", encoding="utf-8"
    )
    done = subprocess.run(
        ["supervisorctl", "status"],
        env={"PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "unix:///nonexistent/of-this-test.sock" in done.stdout
    assert done.returncode != 0
