"""The proofs of packs + what is there now → what each drill's proof is worth."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from drillbook.model.finding import Finding
from drillbook.model.journal import Journal
from drillbook.model.lab import LabKind
from drillbook.model.place import Place
from drillbook.model.proof import Proof, Weighed
from drillbook.model.settings import ProofSettings
from drillbook.prove.signing import SigningError, seal_of
from drillbook.prove.weighing import newest, weigh
from drillbook.read.pack import read_proofs
from drillbook.verbs.covering.proofs import CannotProveError, hashes_of, lab_hash
from drillbook.verbs.covering.tree import CoverTree, PackDrill, PackFolder


class Weigher:
    """The proofs of all packs of a tree. `findings` are of files that hold none."""

    def __init__(
        self,
        tree: CoverTree,
        root: Path,
        labs: Mapping[str, LabKind],
        settings: ProofSettings,
        journal: Journal | None,
    ) -> None:
        self._tree = tree
        self._root = root
        self._labs = labs
        self._settings = settings
        self._journal = journal
        self._lab_hashes: dict[str, str] = {}
        self.findings: list[Finding] = []
        self._proofs = {pack: tuple(self._read(pack)) for pack in tree.packs}

    def weighed(self, one: PackDrill, acting_hash: str, now_ns: int) -> Weighed | None:
        """The proof that counts of this drill, None where there is none.

        Raises CannotProveError where its signature cannot be checked.
        """
        proofs = [each for each in self._proofs[one.pack] if each.drill == one.drill.name]
        now = self._now(one, acting_hash) if proofs else {}
        return newest(self._weigh(each, now, now_ns) for each in proofs)

    def _read(self, pack: PackFolder) -> Iterable[Proof]:
        proofs, flaws = read_proofs(self._root / pack.folder)
        self.findings += [replace(each, place=_placed(each.place, pack)) for each in flaws]
        return [replace(each, place=_placed(each.place, pack)) for each in proofs]

    def _now(self, one: PackDrill, acting_hash: str) -> Mapping[str, str]:
        name = one.drill.lab.name
        if name not in self._lab_hashes:
            lab = self._labs.get(name)
            self._lab_hashes[name] = lab_hash(lab) if lab is not None else ""
        return hashes_of(acting_hash, self._tree.rule_of(one), one.drill, self._lab_hashes[name])

    def _weigh(self, proof: Proof, now: Mapping[str, str], now_ns: int) -> Weighed:
        try:
            sealed = seal_of(proof, self._settings.allowed_signers)
        except SigningError as error:
            raise CannotProveError(f"{proof.place.path}: {error}") from error
        told = self._journal.entries(proof.stream) if self._journal is not None else ()
        return weigh(proof, now, now_ns=now_ns, days=self._settings.days, sealed=sealed, told=told)


def _placed(place: Place, pack: PackFolder) -> Place:
    """As it counts from where one stands."""
    return replace(place, path=pack.prefix + place.path)
