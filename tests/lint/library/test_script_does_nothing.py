"""A script whose functions are all empty."""

import pytest

from drillbook.lint.library.script_does_nothing import LINT
from lint_trees import told

BOOK = "# Disk\n\n## Diagnosis\n\n```sh\npython bin/fix.py\n```\n\n## Resolution\n"


def said(script: str) -> list[str]:
    """What is told of a runbook that runs this script."""
    files = {"runbooks/disk.md": BOOK, "bin/fix.py": script}
    return [flaw.message for flaw in told(LINT, files, text_of=files.get)]


@pytest.mark.parametrize(
    "script",
    [
        "def fix():\n    pass\n\nfix()\n",
        'async def fix():\n    """Fix it."""\n    ...\n\nasyncio.run(fix())\n',
        "def fix():\n    raise NotImplementedError\n",
        "class A:\n    def fix(self):\n        pass\n",
        (
            "def fix(a):\n    pass\n\ndef main():\n    args = argparse.ArgumentParser()\n"
            "    print('fixing')\n    fix(args)\n"
        ),
    ],
)
def test_a_script_that_only_talks_is_flagged(script):
    """It ends without an error, and nothing has been done."""
    assert ["all functions of bin/fix.py are empty, so this step does nothing"] == said(script)


@pytest.mark.parametrize(
    "script",
    [
        "import os\nos.remove('x')\n",
        "def fix():\n    os.remove('x')\n",
        "def hook():\n    pass\n\nos.remove('x')\n",
        "def hook():\n    pass\n\ndef main():\n    os.remove('x')\n",
        "def a():\n    pass\n\ndef b():\n    return 1\n",
        "def fix(:\n",
        "",
    ],
)
def test_a_script_that_may_do_something_is_fine(script):
    """What cannot be read may do anything."""
    assert [] == said(script)
