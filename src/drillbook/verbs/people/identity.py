"""A token, or the terminal's own user → the Caller; and tokens made, listed and taken back."""

import os
import pwd
from dataclasses import replace

from drillbook.model.people import ADMIN, WEBHOOK, Caller
from drillbook.people import tokens
from drillbook.people.tokens import IdentityError, NewToken, Token
from drillbook.verbs.people.own_token import VARIABLE, keep_token, own_token
from drillbook.verbs.running.workplace import Workplace


def caller_from_token(place: Workplace, text: str) -> Caller:
    """Whose token it is. Raises IdentityError, in one line that never repeats the text."""
    return tokens.verify(place.journal, place.settings.people, text, place.clock.now_ns())


def caller_at_terminal(place: Workplace) -> Caller:
    """Who sits at this terminal: the owner of their token, or, without people, the OS's user.

    Raises IdentityError where people are configured and there is no token, none that holds, or
    one of a source of webhooks.
    """
    if not place.settings.people:
        return Caller(name=system_user())
    text = own_token()
    if text is None:
        raise IdentityError(
            "people are configured, so a token must say who you are: keep yours with "
            f"`drillbook token use`, or set {VARIABLE}; `drillbook token create --help` says "
            "how one is made"
        )
    caller = caller_from_token(place, text)
    if WEBHOOK in caller.roles:
        raise IdentityError(
            f"the token of {caller.name} is a webhook's and opens /hooks alone; "
            "use a token of a person without that role"
        )
    return caller


def system_user() -> str:
    """The operating system's user, whatever the environment says."""
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return f"uid {os.getuid()}"


def create_token(place: Workplace, wanted: NewToken) -> tuple[Token, str]:
    """Make a token as whoever sits here; what it is, and its text, shown this once.

    With the role `admin` for anybody, else for oneself. As long as no admin has a token that
    holds, the first is made without one. Raises IdentityError.
    """
    person = place.settings.people.get(wanted.person)
    if person is None:
        known = ", ".join(sorted(place.settings.people)) or "nobody yet"
        raise IdentityError(
            f"drillbook.toml names no {wanted.person} (it names {known}); "
            f"add [people.{wanted.person}] to it"
        )
    is_first = ADMIN in person.roles and not _admins_in(place)
    by = f"{system_user()} (first token)" if is_first else _maker(place, wanted.person)
    return tokens.create(place.journal, replace(wanted, by=by), place.clock.now_ns())


def revoke_token(place: Workplace, name: str) -> Token:
    """Take a token back, as its person or an admin; which it was. Raises IdentityError."""
    caller = caller_at_terminal(place)
    token = tokens.find(place.journal, name)
    if token is None:
        raise IdentityError(f"there is no token {name}; `drillbook token list` lists what there is")
    if not _may(place, caller, token.person):
        raise IdentityError(f"token {name} is of {token.person}; {_left_to_admins(place)}")
    tokens.revoke(place.journal, name, caller.name)
    return token


def use_token(place: Workplace, text: str) -> tuple[Caller, str]:
    """Keep the token in the user's own file; whose it is, and the file. Raises IdentityError."""
    caller = caller_from_token(place, text)
    return caller, str(keep_token(text))


def every_token(place: Workplace) -> list[Token]:
    """All tokens, oldest first."""
    return tokens.every(place.journal)


def _maker(place: Workplace, person: str) -> str:
    if not _admins_in(place):
        raise IdentityError(f"the first token is an admin's: {_first_of_all(place)}")
    caller = caller_at_terminal(place)
    if not _may(place, caller, person):
        raise IdentityError(
            f"{caller.name} may not make a token for {person}: {_left_to_admins(place)}"
        )
    return caller.name


def _first_of_all(place: Workplace) -> str:
    admins = _admins(place)
    return f"`drillbook token create {admins[0]}`" if admins else _left_to_admins(place)


def _may(place: Workplace, caller: Caller, person: str) -> bool:
    """Whether the caller may handle this person's tokens."""
    return ADMIN in caller.roles or caller.name == person or not place.settings.people


def _left_to_admins(place: Workplace) -> str:
    admins = _admins(place)
    if not admins:
        return f'nobody has the role "{ADMIN}"; give it to somebody in drillbook.toml'
    return f"ask {', '.join(admins)}"


def _admins(place: Workplace) -> list[str]:
    people = place.settings.people.values()
    return sorted(person.name for person in people if ADMIN in person.roles)


def _admins_in(place: Workplace) -> bool:
    """Whether some admin has a token that holds."""
    people, now_ns = place.settings.people, place.clock.now_ns()
    admins = {name: person for name, person in people.items() if ADMIN in person.roles}
    return any(token.is_valid(admins, now_ns) for token in every_token(place))
