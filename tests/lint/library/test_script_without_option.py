"""An option that stands nowhere in the script that is given it."""

import pytest

from drillbook.lint.library.script_without_option import LINT
from lint_trees import told

BOOK = "# Disk\n\n## Diagnosis\n\n```sh\n{}\n```\n\n## Resolution\n"


def said(script: str, command: str = "python bin/fix.py --dry-run") -> list[str]:
    """What is told of the command in a tree with this script."""
    files = {"docs/runbooks/disk.md": BOOK.format(command), "bin/fix.py": script}
    return [flaw.message for flaw in told(LINT, files, text_of=files.get)]


def test_an_option_that_is_nowhere_is_flagged():
    """The script refuses it, or passes it over."""
    assert ["nothing in bin/fix.py knows the option --dry-run"] == said("print(1)")


@pytest.mark.parametrize(
    "script",
    [
        'parser.add_argument("--dry-run")',
        "def fix(dry_run: bool = False): ...",
        "const { dryRun } = options",
        'DRYRUN="$1"',
        'exec other "$@"',
        "args, rest = parser.parse_known_args()",
        "from orders.tool import main\nmain()",
        "subprocess.run(['other', *sys.argv[1:]])",
    ],
)
def test_a_script_that_may_know_it_is_fine(script):
    """In any form of its name, or by handing it on."""
    assert [] == said(script)


def test_a_loop_over_the_arguments_hands_nothing_on():
    """It reads them itself."""
    assert 1 == len(said('for each in "$@"; do echo; done'))


def test_a_script_that_is_not_there_is_another_lints():
    """Nobody knows what it would know."""
    assert [] == said("print(1)", "python bin/other.py --dry-run")
    assert [] == said("print(1)", "python bin/fix.py --help")


def test_the_negative_of_an_option_is_known_by_the_option():
    """Parsers make one of the other."""
    assert [] == said("cache = True", "python bin/fix.py --no-cache")
