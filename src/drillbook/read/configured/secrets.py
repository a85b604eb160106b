"""`[[secrets]]` → Secret: whence a value comes that is masked everywhere."""

from pydantic import Field
from pydantic import model_validator as check_whole

from drillbook.model.settings import Secret
from drillbook.read.configured.strict import Strict


class SecretTable(Strict):
    """Exactly one of its keys says whence the value comes."""

    name: str = Field(min_length=1)
    env: str | None = None
    file: str | None = None
    command: list[str] = []

    @check_whole(mode="after")
    def _says_where(self) -> "SecretTable":
        if [self.env is None, self.file is None, not self.command].count(False) != 1:
            raise ValueError("it needs one of env, file and command")
        if self.command and not self.command[0]:
            raise ValueError('the command has no program; write ["PROGRAM", "ARGUMENT"]')
        if any("\0" in word for word in self.command):
            raise ValueError("the command holds a NUL character")
        return self

    def noun(self) -> Secret:
        """The Secret."""
        return Secret(name=self.name, env=self.env, file=self.file, command=tuple(self.command))
