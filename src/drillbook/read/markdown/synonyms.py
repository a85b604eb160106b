"""The title of a section → the word of the format that it stands for.

The synonyms are those of public runbooks; a title with two meanings in it stands for none.
"""

import re
from functools import lru_cache

DIAGNOSIS = "diagnosis"
RESOLUTION = "resolution"
VERIFICATION = "verification"
SYMPTOMS = "symptoms"
CAUSES = "causes"

SYNONYMS: dict[str, tuple[str, ...]] = {
    SYMPTOMS: (
        "symptoms", "symptom", "meaning", "impact", "alert description", "description", "summary",
        "overview", "user impact", "customer impact", "severity and impact",
    ),
    CAUSES: (
        "causes", "cause", "root causes", "root cause", "possible causes", "potential causes",
        "common causes", "probable causes", "likely causes",
    ),
    DIAGNOSIS: (
        "diagnosis", "diagnostics", "diagnose", "diagnostic steps", "investigation", "investigate",
        "investigation steps", "possible checks", "checks", "troubleshooting",
        "troubleshooting steps", "triage", "initial triage", "debugging", "how to diagnose",
    ),
    RESOLUTION: (
        "resolution", "resolution steps", "resolve", "mitigation", "mitigations",
        "mitigation steps", "remediation", "remediation steps", "actions", "action",
        "recommended actions", "immediate actions", "corrective actions", "solution", "solutions",
        "fix", "how to fix", "recovery", "recovery steps", "repair", "workaround", "procedure",
    ),
    VERIFICATION: (
        "verification", "verification steps", "verify", "verify recovery", "verify the fix",
        "verify resolution", "validation", "validate", "confirm recovery",
    ),
    "prevention": (
        "prevention", "prevent", "preventive measures", "preventative measures",
        "preventive actions", "prevent recurrence", "long term fix", "long-term fix", "follow-up",
    ),
    "escalation": (
        "escalation", "escalate", "escalation path", "escalation policy", "escalation contacts",
        "when to escalate", "who to contact", "contacts",
    ),
    "communication": (
        "communication", "communications", "communication plan", "stakeholder communication",
        "status page",
    ),
    "related": (
        "related", "related monitoring", "related alerts", "related runbooks", "related links",
        "related documentation", "see also", "references", "further reading", "links",
        "additional resources", "resources", "dashboards",
    ),
}  # fmt: skip
# What these words mean in a procedure alone: in an alert's runbook they stand over anything.
OF_PROCEDURES: dict[str, tuple[str, ...]] = {
    DIAGNOSIS: (
        "pre-flight", "preflight", "pre-flight checks", "preflight checks",
        "pre-flight checklist", "prerequisites", "prerequisite", "pre-requisites",
        "preconditions", "pre-conditions", "before you begin", "before you start", "gates",
        "pre-checks", "pre-deployment", "pre-deployment checks", "pre-deployment checklist",
    ),
    RESOLUTION: (
        "deployment", "deployment steps", "deployment procedure", "deploy", "steps", "stages",
        "rollout", "roll out", "roll-out", "rollback steps", "rollback procedure", "execution",
    ),
    VERIFICATION: (
        "post-deployment", "post-deployment checks", "post-deployment verification",
        "post-checks", "smoke test", "smoke tests",
    ),
}  # fmt: skip
# What a runbook is made of; the others also stand beside runbooks, at the end of a file of several.
CORE_ROLES = (SYMPTOMS, CAUSES, DIAGNOSIS, RESOLUTION, VERIFICATION)

_ROLES = {synonym: role for role, synonyms in SYNONYMS.items() for synonym in synonyms}
_ROLES_OF_PROCEDURES = {
    **_ROLES,
    **{synonym: role for role, synonyms in OF_PROCEDURES.items() for synonym in synonyms},
}
_NUMBERING = re.compile(r"(?:step )?[0-9]{1,3}(?:\.[0-9]{1,3})*[.):]? +|[0-9]{1,3}[.):]")
# What names the heading for a generator of sites is no word of the title.
_NAMED = re.compile(r"[ \t]*\{:?[ \t]*[#.][^{}]*\}$")
_TITLE_CHARS_MAX = 100
# The same few titles stand in every runbook of a tree.
TITLES_KEPT = 4_096


@lru_cache(maxsize=TITLES_KEPT)
def role_of(title: str, *, is_procedure: bool = False) -> str | None:
    """The role, whatever the case, the numbering before and the punctuation after the title."""
    if len(title) > _TITLE_CHARS_MAX:
        return None
    words = _NAMED.sub("", title).casefold().replace("*", "").replace("`", "").strip(" \t_")
    words = _NUMBERING.sub("", words, count=1) if _NUMBERING.match(words) else words
    words = words.strip(" \t:.!?-–—")  # noqa: RUF001 - people end titles with all of these
    roles = _ROLES_OF_PROCEDURES if is_procedure else _ROLES
    return roles.get(" ".join(words.split()))
