"""One of our client programs + its arguments → the argv that starts it, quickly and isolated."""

import sys
from pathlib import Path

_SOURCE = str(Path(__file__).parents[3])
TIMEOUT_S_MIN = 0.05


def client_argv(
    module: str, arguments: tuple[str, ...], *, needs_packages: bool = False
) -> tuple[str, ...]:
    """The argv of `module`'s main, which gets when it was started and reads `sys.argv[1:]`.

    `-I -S`: nothing of the user's or of the working folder is ever imported, and installed
    packages only where a driver is needed. Our folder comes after the standard library, so that
    nothing beside drillbook can stand in for it.
    """
    packages = "import site; site.main();" if needs_packages else ""
    program = (
        f"import sys, time; began_s = time.monotonic(); sys.path.append({_SOURCE!r});{packages}"
        f"from {module} import main; sys.exit(main(began_s))"
    )
    return (sys.executable, "-I", "-S", "-c", program, *arguments)


def client_limit_s(timeout_s: float) -> float:
    """When a client gives up by itself: a little before its step is ended, so that it can say so.

    The server then ends what was asked of it too, which a mere kill of the client would not do.
    """
    return max(timeout_s - max(0.1, min(1.0, timeout_s * 0.1)), TIMEOUT_S_MIN)
