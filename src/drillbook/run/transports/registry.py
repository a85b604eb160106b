"""Which way leads to a target of which kind. To add one: a module with `carry`, a line here."""

from drillbook.model.action import Transport
from drillbook.run.transports import container, kubernetes, ssh

TRANSPORTS: dict[str, Transport] = {
    "ssh": ssh,
    "container": container,
    "kubernetes": kubernetes,
}
