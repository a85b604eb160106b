"""Steps in pods, by the real kubectl: which pod, and every way in which it cannot be reached."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from drillbook.model.attempt import Ending, Outcome
from drillbook.model.sentence import CheckStatus
from drillbook.model.target import Target
from drillbook.run.evaluate import judge_check
from drillbook.run.supervisor import StepSupervisor
from drillbook.run.transports import kubernetes
from drillbook.run.transports.remote import BOOTSTRAP
from kube_api import KubeApi, kube_api
from nouns import check, step
from places import Place, has, in_pod, silently, until

NO_KUBECTL = "kubectl is neither installed nor unpacked by tools/servers.sh"


def on(**settings: str) -> Target:
    """A pod by its settings."""
    return Target(name="pod", kind="kubernetes", settings=settings)


def flaws_of(**settings: str) -> list[str]:
    return [finding.lint for finding in kubernetes.flaws(step("look"), on(**settings))]


def test_the_command_is_the_same_for_every_step():
    """Where the pod is, and the fixed program: nothing else comes in arguments."""
    argv = kubernetes.way(
        on(pod="deploy/web", namespace="shop", container="main", context="prod", kubeconfig="/k")
    )
    own = ("kubectl", "--context=prod", "--namespace=shop", "--kubeconfig=/k", "exec", "--stdin")
    assert (*own, "deploy/web", "--container=main", "--", *BOOTSTRAP) == argv


def test_a_kubeconfig_may_lie_at_home():
    """The shell that would have read the `~` is not there."""
    argv = kubernetes.way(on(pod="web", kubeconfig="~/.kube/prod"))
    assert f"--kubeconfig={Path.home()}/.kube/prod" in argv


def test_a_pod_or_a_selector_must_be_named():
    """There is no default."""
    assert ["target-without-pod"] == flaws_of(namespace="shop")


def test_a_pod_and_a_selector_are_one_too_many():
    """They may disagree."""
    assert ["target-with-two-pods"] == flaws_of(pod="web", selector="app=web")


@pytest.mark.parametrize("pod", ["web-7d9f", "deploy/web", "statefulset/db", "deployment.apps/a.b"])
def test_pods_and_what_has_pods_are_let_through(pod):
    """In the forms that kubectl knows."""
    assert [] == flaws_of(pod=pod)


@pytest.mark.parametrize(
    "selector",
    ["app=web", "app=web,tier!=db", "app in (web, api)", "k8s.io/name==x", "!canary", "app", "a="],
)
def test_selectors_are_let_through(selector):
    """Each kind of requirement that labels have."""
    assert [] == flaws_of(selector=selector)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        *(
            ("pod", bad)
            for bad in ("-i", "--all", "a b", "Web", "a/b/c", "$(id)", "", "-/a", "a/-b")
        ),
        *(("selector", bad) for bad in ("-l", "app=web --all", "app=$(id)", "", "a;b", "app=\n")),
        *(("namespace", bad) for bad in ("-n", "a.b", "A", "", "a" * 64, "shop\n")),
        *(("container", bad) for bad in ("-c", "a_b", "")),
        *(("context", bad) for bad in ("-c", "a b", "", "a\n")),
        *(("kubeconfig", bad) for bad in ("prod", "-k", "./prod", "", "/a\n", "/")),
    ],
)
def test_what_is_no_name_is_refused(key, value):
    """An option above all."""
    assert ["target-setting-no-name"] == flaws_of(**{"pod": "web", key: value})[-1:]


@pytest.fixture
def api() -> Iterator[KubeApi]:
    """A cluster."""
    if not has("kubectl"):
        pytest.skip(NO_KUBECTL)
    with kube_api() as one:
        yield one


@pytest.fixture
def web(api: KubeApi, tmp_path: Path) -> Place:
    """The pod web-1 in the namespace shop."""
    return in_pod(api, tmp_path, "web-1")


def having(place: Place, *, without: tuple[str, ...] = (), **settings: str) -> Place:
    """The same place with other settings."""
    kept = {key: value for key, value in place.target.settings.items() if key not in without}
    return replace(place, target=replace(place.target, settings={**kept, **settings}))


def said_of(outcome: Outcome) -> str:
    """Why a step did not begin; a Check that exit code 1 would have made unhealthy is unknown."""
    assert (Ending.NOT_STARTED, None) == (outcome.ending, outcome.exit_code)
    assert CheckStatus.UNKNOWN is judge_check(check("look"), outcome)[0]
    return outcome.because


@pytest.mark.lab
def test_the_server_is_given_no_word_of_a_step(web, api, tmp_path):
    """What is asked of it stands in its audit log: the command there is always the same."""
    outcome = web.run(tmp_path / "1", "echo hello $WHO", {"WHO": "world"})
    assert (0, "hello world\n") == (outcome.exit_code, outcome.output)
    assert [BOOTSTRAP] == api.commands


@pytest.mark.lab
def test_a_pod_that_does_not_exist_begins_nothing(web, tmp_path):
    """That kubectl ends with 1 says nothing: many a step does."""
    because = said_of(having(web, pod="gone").run(tmp_path / "1", "true"))
    assert 'it did not begin: Error from server (NotFound): pods "gone" not found' == because


@pytest.mark.lab
def test_a_pod_that_has_ended_begins_nothing(web, api, tmp_path):
    """It is not unhealthy: nobody has looked."""
    api.pod("done", namespace="shop", phase="Succeeded")
    because = said_of(having(web, pod="done").run(tmp_path / "1", "true"))
    assert "cannot exec into a container in a completed pod" in because


@pytest.mark.lab
def test_a_container_that_the_pod_does_not_have_begins_nothing(web, tmp_path):
    """The pod is there."""
    because = said_of(having(web, container="gone").run(tmp_path / "1", "true"))
    assert "container gone is not valid for pod web-1" in because


@pytest.mark.lab
def test_who_may_not_exec_begins_nothing(web, api, tmp_path):
    """What the server says is the reason."""
    api.refuses_exec = True
    because = said_of(web.run(tmp_path / "1", "true"))
    assert 'pods "web-1" is forbidden: cannot create pods/exec' in because


@pytest.mark.lab
def test_a_pod_without_bash_begins_nothing(web, api, tmp_path):
    """Where bash cannot be started, nothing of a step is."""
    api.pods[0].is_bare = True
    because = said_of(web.run(tmp_path / "1", "true"))
    assert "error executing command in container" in because


@pytest.mark.lab
def test_a_cluster_that_is_away_begins_nothing(tmp_path):
    """Nobody listens at its address."""
    if not has("kubectl"):
        pytest.skip(NO_KUBECTL)
    with kube_api() as api:
        place = in_pod(api, tmp_path, "web-1")
    assert "was refused" in said_of(place.run(tmp_path / "1", "true"))


@pytest.mark.lab
def test_a_cluster_that_hangs_is_a_time_limit(web, api, tmp_path):
    """The step has not begun, and that is said."""
    api.hangs = True
    outcome = web.run(tmp_path / "1", "true", timeout_s=1.5)
    assert Ending.TIMED_OUT is outcome.ending
    assert "its time limit of 1.5 s was reached before it had begun over there" == outcome.because


@pytest.mark.lab
@pytest.mark.parametrize("version", ["1.32", "1.28"])
def test_a_connection_that_is_cut_is_no_success(version, tmp_path):
    """By SPDY kubectl ends with 0 then; over there nothing of the step is left."""
    if not has("kubectl"):
        pytest.skip(NO_KUBECTL)
    with kube_api(version) as api:
        place = in_pod(api, tmp_path, "web-1")
        supervisor = StepSupervisor()
        order = place.order(tmp_path / "1", "echo begun; sleep 86396")
        outcomes = []
        thread = threading.Thread(
            target=lambda: outcomes.append(supervisor.perform(order, silently))
        )
        thread.start()
        until(lambda: "sleep 86396" in place.processes(), "it runs")
        api.drop_connections()
        thread.join()
        supervisor.close()
        until(lambda: not place.processes(), "nothing is left of it")
    assert [(Ending.LOST, None)] == [(each.ending, each.exit_code) for each in outcomes]


@pytest.mark.lab
def test_of_several_containers_kubectl_takes_the_first_and_its_remark_is_no_output(web, tmp_path):
    """`Defaulted container …` holds numbers at times."""
    outcome = web.run(tmp_path / "1", "echo 7")
    assert "7\n" == outcome.output


@pytest.mark.lab
def test_a_deployment_stands_for_one_of_its_pods(web, api, tmp_path):
    """It is kubectl that looks for it."""
    api.pod("api-1", namespace="shop", labels={"app": "api"})
    outcome = having(web, pod="deploy/api").run(tmp_path / "1", "echo $HOSTNAME")
    assert "api-1\n" == outcome.output


@pytest.mark.lab
def test_a_selector_finds_a_running_pod(web, api, tmp_path):
    """One that has ended, or another namespace's, is passed over."""
    api.pod("api-0", namespace="shop", labels={"app": "api"}, phase="Failed")
    api.pod("api-1", namespace="other", labels={"app": "api"})
    api.pod("api-2", namespace="shop", labels={"app": "api"})
    place = having(web, without=("pod",), selector="app=api", container="main")
    outcome = place.run(tmp_path / "1", 'echo "$HOSTNAME $X"; exit 3', {"X": "a  b"})
    assert (3, "api-2 a  b\n") == (outcome.exit_code, outcome.output)


@pytest.mark.lab
def test_a_selector_without_a_running_pod_begins_nothing(web, tmp_path):
    """That is said in one line, for kubectl ends well."""
    place = having(web, without=("pod",), selector="app=api")
    because = said_of(place.run(tmp_path / "1", "true"))
    assert "it did not begin: no running pod has the labels app=api" == because


@pytest.mark.lab
def test_without_kubectl_nothing_begins(web, tmp_path):
    """Neither with a pod nor with a selector."""
    for number, settings in enumerate(({"pod": "web-1"}, {"selector": "app=web"})):
        place = replace(having(web, without=("pod",), **settings), env={"PATH": str(tmp_path)})
        outcome = place.run(tmp_path / str(number), "true")
        assert Ending.NOT_STARTED is outcome.ending
        assert "bash" in outcome.because or "kubectl" in outcome.because
