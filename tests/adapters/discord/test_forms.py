"""Forms are modals that Discord takes, and what is filled in comes back by field."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.discord.forms import modal, values_of
from bot.ports import Field, Form
from tests.fakes.discord.components import check_modal
from tests.fakes.discord.facts import Json
from tests.fakes.discord.payloads import filled_in
from tests.fakes.discord.spec import against_spec

CHOICES = (("stats", "Statistics"), ("nlp", "Language"))


def accepted(form: Form) -> Json:
    """The modal of a form, which Discord takes."""
    drawn = modal(form)
    assert check_modal(drawn) == []
    body = {"type": 9, "data": drawn}
    assert against_spec("POST", "/interactions/{interaction_id}/{interaction_token}/callback", body) == []
    return drawn


def form(*fields: Field, title: str = "Your answer") -> Form:
    return Form("write:abc", title, fields, "Send")


def component(field: Field) -> Json:
    found: Json = accepted(form(field))["components"][0]["component"]
    return found


def test_a_form_is_known_by_its_ref_and_a_field_by_its_id() -> None:
    drawn = accepted(form(Field("answer", "Your answer", long=True, limit=2000)))
    assert (drawn["custom_id"], drawn["title"]) == ("write:abc", "Your answer")
    (field,) = drawn["components"]
    assert field["label"] == "Your answer"
    told = {"custom_id": "answer", "style": 2, "min_length": 1, "max_length": 2000, "required": True}
    assert field["component"] == {"type": 4, **told}


def test_a_line_is_no_paragraph_and_may_be_left_empty() -> None:
    found = component(Field("a", "A", required=False, value="so far", placeholder="such as this"))
    assert (found["style"], found["min_length"], found["required"]) == (1, 0, False)
    assert (found["value"], found["placeholder"]) == ("so far", "such as this")


def test_choices_are_a_list_with_what_was_chosen() -> None:
    found = component(Field("topic", "Topic", choices=CHOICES, value="nlp"))
    assert found["options"] == [
        {"label": "Statistics", "value": "stats"},
        {"label": "Language", "value": "nlp", "default": True},
    ]
    assert found["required"]


def test_choices_that_no_list_holds_are_typed() -> None:
    many = tuple((f"v{n}", f"Choice {n}") for n in range(26))
    for choices in (many, (("x" * 101, "long"),), (("", "none"),)):
        assert component(Field("topic", "Topic", choices=choices))["type"] == 4
    assert component(Field("topic", "Topic", choices=many[:25]))["type"] == 3


def test_a_long_label_goes_on_below() -> None:
    words = "What would you say to somebody who asks why more trees do not overfit a forest"
    (field,) = accepted(form(Field("a", words)))["components"]
    assert f"{field['label']} {field['description']}" == words
    (field,) = accepted(form(Field("a", "x" * 300)))["components"]
    assert len(field["label"]) == 45
    assert field["description"].endswith("…")


def test_more_fields_than_a_modal_has_are_named() -> None:
    fields = tuple(Field(f"f{n}", "F") for n in range(7))
    accepted(form(*fields[:5]))
    with pytest.raises(ValueError, match="f5, f6"):
        modal(form(*fields))


def test_what_is_filled_in_comes_back_by_field() -> None:
    fields = (
        Field("answer", "Answer", long=True),
        Field("topic", "Topic", choices=CHOICES),
        Field("note", "Note", required=False),
        Field("other", "Other", choices=CHOICES, required=False),
    )
    drawn = accepted(form(*fields))
    given = values_of(filled_in(drawn, {"answer": "It\nfits.", "topic": "nlp"}))
    assert given == {"answer": "It\nfits.", "topic": "nlp", "note": "", "other": ""}


@given(st.text(max_size=400), st.booleans(), st.integers(1, 5000))
def test_no_form_is_refused(text: str, long: bool, limit: int) -> None:  # noqa: FBT001  drawn
    field = Field("a", text, long, limit=limit, value=text, placeholder=text)
    accepted(form(field, replace(field, id="b", choices=(("x", text), ("y", text)), value="x"), title=text))
