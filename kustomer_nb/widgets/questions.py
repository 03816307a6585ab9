"""The questions that a page was asked, and what has changed since a request was shown."""

from __future__ import annotations

from collections import OrderedDict, deque
from dataclasses import dataclass, replace
from secrets import token_hex
from typing import TYPE_CHECKING, Any

from kustomer_nb.errors import KustomerNbError
from kustomer_nb.jsontext.serialization import stringify

if TYPE_CHECKING:
    from kustomer_nb.action import Action
    from kustomer_nb.config import Profile
    from kustomer_nb.definition import ActionDefinition
    from kustomer_nb.run import Prepared

    from .approvals import Question

# A form makes one for each key that is typed; an answer to an older one only cannot say what has changed.
MOST_QUESTIONS = 50
MOST_ANSWERED = 1000


@dataclass(frozen=True, slots=True)
class Inquiry:
    """A request as it was shown, with the question about it and all that it was made of."""

    question: Question
    prepared: Prepared
    action: Action
    definition: ActionDefinition

    def changes(self, action: Action, prepared: Prepared) -> str:
        """Return what is not as it was when the request was shown, in words; empty if nothing changed.

        ``prepared`` is what the action makes of its inputs now. Its text is compared last: a helper of the
        user's own may write another one each time.
        """
        if _name(action) != _name(self.action) or action.app.path != self.action.app.path:
            return "Another action was chosen"
        earlier, now = self.prepared, prepared
        names = []
        if earlier.profile.name != now.profile.name:
            names.append("profile")
        elif _without_looks(earlier.profile) != _without_looks(now.profile):
            names.append("profile in kustomer-nb.toml")
        if earlier.mode != now.mode:
            names.append("mode")
        if self.definition != action.definition:
            names.append("definition")
        # As the templates see them: a value that was passed in Python may contain itself.
        if stringify(earlier.inputs) != stringify(now.inputs):
            names.append("inputs")
        if not names and _values(earlier) != _values(now):
            names.append("settings")
        if not names and not now.context.helpers and _wire(earlier) != _wire(now):
            names.append("request")
        return f"The {' and the '.join(names)} changed" if names else ""


class Questions:
    """The latest questions by id. An answer is about one of them, and is taken once."""

    def __init__(self) -> None:
        self._asked: OrderedDict[str, Inquiry] = OrderedDict()
        self._answered: deque[str] = deque(maxlen=MOST_ANSWERED)

    def ask(self, question: Question, prepared: Prepared, action: Action) -> Inquiry:
        """Return what is asked about a request; the same question about the same request keeps its id."""
        latest = next(reversed(self._asked.values()), None)
        is_same = latest is not None and latest.prepared is prepared and latest.action is action
        if latest is not None and is_same and latest.question == replace(question, id=latest.question.id):
            return latest
        inquiry = Inquiry(replace(question, id=token_hex(8)), prepared, action, action.definition)
        self._asked[inquiry.question.id] = inquiry
        if len(self._asked) > MOST_QUESTIONS:
            self._asked.popitem(last=False)
        return inquiry

    def find(self, question_id: str) -> Inquiry | None:
        """Return what was asked by an id; None if it is too old, or from before the latest run."""
        return self._asked.get(question_id)

    def is_answered(self, question_id: str) -> bool:
        """Return whether the question of an id was answered already, by a run."""
        return question_id in self._answered

    def close(self, answered: str = "") -> None:
        """Take no answer to what was asked before, because a run has begun; ``answered`` began it."""
        self._asked.clear()
        if answered:
            self._answered.append(answered)


def _name(action: Action) -> str:
    return action.name or action.pointer


def _without_looks(profile: Profile) -> Profile:
    """Return a profile without what decides nothing about a request."""
    return replace(profile, label="", colour="", ignore={})


def _values(prepared: Prepared) -> dict[str, Any]:
    """Return the values that a request is made of besides its inputs: to compare, never to show."""
    context = prepared.context
    return {**prepared.request.secrets, "_env": dict(context.platform.env), "hosts": dict(context.hosts)}


def _wire(prepared: Prepared) -> object:
    try:
        return prepared.request.wire()
    except KustomerNbError as error:
        return str(error)
