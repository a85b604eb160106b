"""What steps get of the caller's environment."""

from drillbook.verbs.running.environment import PATH_DEFAULT, base_env


def test_steps_get_a_short_list_of_the_callers_environment(monkeypatch):
    """What changes how programs load, and every secret of the caller, stays outside."""
    monkeypatch.setenv("LD_PRELOAD", "/tmp/evil.so")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "hidden")
    monkeypatch.setenv("HOME", "/var/somebody")
    env = base_env()
    assert {"LD_PRELOAD", "AWS_SECRET_ACCESS_KEY"}.isdisjoint(env)
    assert ("/var/somebody", "dumb") == (env["HOME"], env["TERM"])
    monkeypatch.delenv("PATH")
    assert PATH_DEFAULT == base_env()["PATH"]
