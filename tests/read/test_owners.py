"""Who owns a path is said by CODEOWNERS, else by git."""

import subprocess

import pytest

from drillbook.read.owners import owner_in, owner_of

TEXT = """\
# comment
*            @acme/everybody
*.md         @acme/writers  @someone   # and a remark
/runbooks/   @acme/sre
docs/*       docs@example.org
/a/**/z.md   @acme/z
build        @acme/build
/secret/
[Section] @acme/ignored
!/x @acme/ignored
"""


@pytest.mark.parametrize(
    ("path", "owner"),
    [
        ("x.txt", "everybody"),
        ("x.md", "writers"),
        ("deep/x.md", "writers"),
        ("runbooks/a/b.md", "sre"),
        ("other/runbooks/b.md", "writers"),
        ("docs/a.md", "docs@example.org"),
        ("docs/a/b.txt", "docs@example.org"),
        ("a/z.md", "z"),
        ("a/b/c/z.md", "z"),
        ("x/build/y.txt", "build"),
        ("secret/a.md", None),
    ],
)
def test_the_last_line_that_fits_holds(path, owner):
    """As the code hosts read it; a team goes by its bare name."""
    assert owner == owner_in(TEXT, path)


def test_a_repository_without_owners_has_the_name_that_git_commits_under(tmp_path, monkeypatch):
    """Which says so."""
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "none"))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    subprocess.run(["git", "init", "--quiet", str(tmp_path)], check=True)
    assert owner_of(tmp_path, "a.md") is None
    subprocess.run(["git", "-C", str(tmp_path), "config", "user.name", "Ada L"], check=True)
    assert ("Ada L", "git's user.name") == owner_of(tmp_path, "a.md")
    (tmp_path / "docs").mkdir()
    (tmp_path / ".github").mkdir()
    (tmp_path / ".github/CODEOWNERS").write_text("docs/ @acme/writers\n")
    assert ("writers", ".github/CODEOWNERS") == owner_of(tmp_path / "docs", "a.md")
    assert ("Ada L", "git's user.name") == owner_of(tmp_path, "a.md")


def test_without_git_nobody_is_known(tmp_path, monkeypatch):
    """The program may not be there at all."""
    monkeypatch.setenv("PATH", str(tmp_path))
    assert owner_of(tmp_path, "a.md") is None


@pytest.mark.parametrize("text", ["", "\n#\n", "*\n", "a" * 10_000, "** @a\n/ @b\n? @c\n"])
def test_any_file_of_owners_is_borne(text):
    """Nothing of it raises, and nobody is as good as somebody."""
    assert owner_in(text, "x/y.md") in (None, "a", "b", "c")
