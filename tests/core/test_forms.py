"""Every box tells who reads it, keeps what was typed, and looks once for what could point to one person."""

import re

import pytest
from django import forms
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict
from django.template import engines
from django.utils import translation

from core.forms import FreeText, GuardedForm, GuardedText, draw, incident_sentence, is_free_text, listing, plain_name

RISKY = "J. T., room 12, told us the hall light frightens her."
TEMPLATE = "{% load crispy_forms_tags %}{% crispy form %}"


class Learned(GuardedForm):
    """What a team learned."""

    unit = forms.CharField(label="Unit", required=False, max_length=20)
    learned = FreeText(label="What did you learn?", help_text="One line helps.", max_length=200)

    def readers_of(self, field_name):
        return ["your team (6)", "your coach Lucie", "the planning team (3)"]


def drawn(form, template=TEMPLATE):
    return engines["django"].from_string(template).render({"form": form})


def digest_in(html):
    return re.search(r'name="guard_seen" value="([0-9a-f]{32})"', html).group(1)


# ---------------------------------------------------------------- the frame


def test_the_box_says_who_reads_it_and_where_an_incident_goes():
    form = Learned()
    form.incident_route = "4321"
    html = drawn(form)
    assert "Read by: your team (6), your coach Lucie and the planning team (3)." in html
    assert "No names of people, please. This is not an incident line: on your unit, call 4321." in html
    assert html.index("Read by") < html.index("<textarea") < html.index("not an incident line")


def test_the_box_is_tied_to_everything_said_about_it():
    form = Learned({"learned": ""})
    assert not form.is_valid()
    html = drawn(form)
    described = re.search(r'<textarea[^>]*aria-describedby="([^"]+)"', html).group(1).split()
    assert described == [
        "id_learned_audience",
        "id_learned_helptext",
        "id_learned_error",
        "id_learned_safety",
    ]
    for one in described:
        assert html.count(f'id="{one}"') == 1
    assert 'aria-invalid="true"' in html


@pytest.mark.parametrize(
    ("route", "said"),
    [
        ("", "This is not an incident line: report harm the way your unit does."),
        ("709 555-0142", "on your unit, call 709 555-0142."),
        ("tell the charge nurse.", "On your unit: tell the charge nurse."),
    ],
)
def test_the_units_own_route(route, said):
    form = Learned()
    form.incident_route = route
    assert form.safety("learned").endswith(said)


def test_a_partner_is_told_that_the_story_is_theirs():
    form = Learned()
    form.partner = True
    assert form.safety("learned").startswith(
        "Your own story is yours to tell; leave out names of staff and other people."
    )


def test_nobody_else_reads_and_some_surely_do_not():
    class Alone(Learned):
        def readers_of(self, field_name):
            return []

    class NotUpstairs(Learned):
        def not_readers_of(self, field_name):
            return ["sponsors", "your manager"]

    assert Alone().audience("learned") == "Read by you alone."
    assert NotUpstairs().audience("learned").endswith(". Not by sponsors and your manager.")


@pytest.mark.parametrize(
    ("route", "said"),
    [
        ("", "This is not an incident line: report harm the way your unit does."),
        (" 709 555-0100. ", "This is not an incident line: on your unit, call 709 555-0100."),
        ("tell the charge nurse.", "This is not an incident line. On your unit: tell the charge nurse."),
    ],
)
def test_where_an_incident_goes(route, said):
    form = Learned()
    form.incident_route = route
    assert incident_sentence(route) == said
    assert form.safety("learned") == f"No names of people, please. {said}"


@pytest.mark.parametrize("name", ["Login at series-login.ca/verify", "www.x", "a@b", "Call bank.com", "A\uffffB"])
def test_a_name_holds_no_link_and_nothing_unseen(name):
    with pytest.raises(ValidationError):
        plain_name(name)


@pytest.mark.parametrize(
    "name", ["St.Mary's", "J.-P. Roy", "Dr.Ng", "2.West", "St. Clare's Mercy", "Nia O'Dea, R.N.", "A.C.'s ward"]
)
def test_names_with_dots_are_names(name):
    plain_name(name)


def test_lists_as_they_are_said():
    assert listing([]) == ""
    assert listing(["a"]) == "a"
    assert listing(["a", "b"], "en") == "a and b"
    assert listing(["a", "b", "c"], "fr") == "a, b et c"


def test_a_form_with_free_text_must_say_who_reads():
    class Silent(GuardedForm):
        words = forms.CharField(widget=forms.Textarea)

    with pytest.raises(ImproperlyConfigured, match="readers_of"):
        Silent()


def test_a_form_without_free_text_need_not():
    class Short(GuardedForm):
        name = forms.CharField(max_length=20)

    assert Short({"name": "Nia"}).is_valid()


def test_free_text_outside_the_frame_cannot_be_drawn():
    class Plain(forms.Form):
        words = forms.CharField(widget=forms.Textarea)

    for template in (TEMPLATE, "{{ form }}", "{% field form.words %}"):
        with pytest.raises(ImproperlyConfigured, match="GuardedForm"):
            drawn(Plain(), template)


def test_every_way_of_drawing_gives_the_frame():
    for template in (
        TEMPLATE,
        "{{ form.as_div }}",
        "{% field form.learned %}",
        "{{ form.learned.as_field_group }}",
    ):
        html = drawn(Learned(), template)
        assert 'class="audience"' in html, template
        assert 'class="safety"' in html, template


def test_one_line_of_free_text_is_guarded_too():
    assert is_free_text(FreeText(rows=1))
    assert not is_free_text(forms.CharField())
    assert not is_free_text(forms.EmailField())


def test_a_layout_of_ones_own():
    class Composer(Learned):
        def layout(self):
            return forms_layout(GuardedText("learned", rows=7, prompts=[("tried", "We tried …")], plain_label=True))

    from crispy_forms.layout import Layout as forms_layout

    html = drawn(Composer())
    assert 'rows="7"' in html
    assert '<button class="chip" type="submit" name="start" value="tried">We tried …</button>' in html
    assert 'class="form-label visually-hidden"' in html
    assert 'name="unit"' not in html


# ---------------------------------------------------------------- nothing typed is lost


def test_too_long_is_said_in_numbers_and_kept_whole():
    text = "a" * 203
    form = Learned({"learned": text})
    assert not form.is_valid()
    assert form.errors["learned"] == ["200 characters fit here, and this has 203. Shorten it, then try again."]
    html = drawn(form)
    assert text in html
    assert "maxlength" not in html.split("<textarea")[1]


def test_every_free_text_has_a_limit():
    class Open(Learned):
        more = forms.CharField(widget=forms.Textarea)

    form = Open({"learned": "x", "more": "b" * 4001})
    assert not form.is_valid()
    assert "4000 characters fit here" in form.errors["more"][0]


@pytest.mark.parametrize("sign", ["\x00", "\ud800"])
def test_what_cannot_be_kept_is_taken_out_and_said(sign):
    data = QueryDict(mutable=True)
    data.update({"learned": f"We {sign}tried.", "unit": "2 West"})
    form = Learned(data)
    assert not form.is_valid()
    assert "cannot be kept" in form.errors["learned"][0]
    assert "We tried." in drawn(form)
    assert data["learned"] == f"We {sign}tried."  # only a copy was changed
    assert Learned({"learned": "We tried."}).is_valid()


def test_lines_end_one_way():
    form = Learned({"learned": "one\r\ntwo"})
    assert form.is_valid()
    assert form.cleaned_data["learned"] == "one\ntwo"


def test_what_was_typed_is_escaped():
    html = drawn(Learned({"learned": "</textarea><script>alert(1)</script>" + " 416-555-0199"}))
    assert "<script>" not in html


# ---------------------------------------------------------------- the guard


def test_the_guard_asks_once_and_marks_the_words():
    form = Learned({"learned": RISKY})
    assert not form.is_valid()
    assert not form.errors
    html = drawn(form)
    assert "<mark>J. T., room 12</mark> could point to one person. Change it, or keep it" in html
    assert RISKY in html
    assert "id_learned_guard" in re.search(r'<textarea[^>]*aria-describedby="([^"]+)"', html).group(1)


def test_the_same_text_again_goes_through():
    first = Learned({"learned": RISKY})
    first.is_valid()
    again = Learned({"learned": RISKY, "guard_seen": digest_in(drawn(first))})
    assert again.is_valid()
    assert again.cleaned_data["learned"] == RISKY


def test_another_risky_text_is_asked_about_again():
    first = Learned({"learned": RISKY})
    first.is_valid()
    seen = digest_in(drawn(first))
    assert not Learned({"learned": RISKY + " Call 416-555-0199.", "guard_seen": seen}).is_valid()


def test_changed_to_something_harmless_goes_through():
    assert Learned({"learned": "The hall light frightens people.", "guard_seen": "0" * 32}).is_valid()


def test_two_boxes_are_two_questions():
    class Two(Learned):
        next = FreeText(label="What next?")

    data = QueryDict(mutable=True)
    data.update({"learned": RISKY, "next": "Ring 416-555-0199"})
    form = Two(data)
    assert not form.is_valid()
    assert set(form.guards) == {"learned", "next"}
    data.setlist("guard_seen", [form.guards["learned"].digest])
    second = Two(data)
    assert not second.is_valid()
    assert set(second.guards) == {"next"}
    data.setlist("guard_seen", [guard.digest for guard in form.guards.values()])
    assert Two(data).is_valid()


def test_a_prefix_is_kept_apart():
    form = Learned({"a-learned": RISKY}, prefix="a")
    assert not form.is_valid()
    html = drawn(form)
    digest = re.search(r'name="a-guard_seen" value="([0-9a-f]{32})"', html).group(1)
    assert Learned({"a-learned": RISKY, "a-guard_seen": digest}, prefix="a").is_valid()
    assert not Learned({"a-learned": RISKY, "guard_seen": digest}, prefix="a").is_valid()


def test_the_guard_takes_the_focus_unless_an_error_does():
    alone = Learned({"learned": RISKY})
    alone.is_valid()
    assert re.search(r'id="id_learned_guard"[^>]* autofocus', drawn(alone))
    both = Learned({"learned": RISKY, "unit": "x" * 30})
    both.is_valid()
    html = drawn(both)
    assert not re.search(r'id="id_learned_guard"[^>]* autofocus', html)
    assert html.count("autofocus") == 1


def test_the_partner_hears_it_in_the_guard():
    form = Learned({"learned": RISKY})
    form.partner = True
    html = drawn(form)
    assert "could point to one person. Your own story is yours to tell" in html


def test_found_words_are_escaped():
    form = Learned({"learned": "x<b>@example.ca & y@example.ca"})
    form.is_valid()
    assert "<mark>y@example.ca</mark>" in drawn(form)
    assert "<b>" not in drawn(Learned({"learned": "x<b>@example.ca & y@example.ca"}))


# ---------------------------------------------------------------- any other field


class Many(GuardedForm):
    email = forms.EmailField(label="E-mail", help_text="The address your invitation came to.")
    sector = forms.ChoiceField(label="Which sector?", choices=[("", "…"), ("ltc", "Long-term care")])
    rhythm = forms.ChoiceField(
        label="Rhythm", widget=forms.RadioSelect, choices=[("", "Neither"), ("a", "A"), ("b", "B")], required=False
    )
    yes = forms.BooleanField(label="I agree")


def test_the_summary_names_every_error_and_leads_to_its_field():
    form = Many({})
    form.is_valid()
    html = drawn(form)
    assert html.count('class="error-summary"') == 1
    assert re.search(r'class="error-summary"[^>]*tabindex="-1" autofocus', html)
    assert "3 things need a look before we can save" in html
    assert '<a href="#id_email">E-mail: Write something here, then try again.</a>' in html
    assert '<a href="#id_sector">Which sector? Choose one, then try again.</a>' in html
    assert '<a href="#id_yes">' in html
    for target in re.findall(r'<a href="#([^"]+)"', html):
        assert f'id="{target}"' in html


def test_the_summary_is_printed_once():
    form = Many({})
    form.is_valid()
    html = drawn(form, '{% part "error_summary" form=form %}{% load crispy_forms_tags %}{% crispy form %}')
    assert html.count('class="error-summary"') == 1


def test_the_browsers_own_refusals_are_off():
    assert " required" not in drawn(Many())


def test_optional_is_said_and_required_is_not_starred():
    html = drawn(Many())
    assert html.count("if you like") == 1
    assert "*" not in re.sub(r"<svg.*?</svg>", "", html, flags=re.S)


def test_a_list_in_which_something_always_stands_is_not_called_optional():
    class Two(GuardedForm):
        when = forms.ChoiceField(choices=[("a", "A"), ("b", "B")], required=False)
        who = forms.ChoiceField(choices=[("", "nobody"), ("b", "B")], required=False)

    form = Two()
    assert "if you like" not in str(draw(form["when"]))
    assert "if you like" in str(draw(form["who"]))


def test_french_form_and_words():
    with translation.override("fr"):
        assert Learned().audience("learned").startswith(("Lu par", "Read by"))  # the second until locale/ has it


def test_hidden_fields_are_only_drawn():
    class Hidden(GuardedForm):
        key = forms.CharField(widget=forms.HiddenInput)

    assert str(draw(Hidden(initial={"key": "k"})["key"])) == '<input type="hidden" name="key" value="k" id="id_key">'


class Typed(GuardedForm):
    """A field of every type that people fill in, and one with a sentence of its own."""

    many = forms.IntegerField(min_value=1, max_value=50, required=False)
    hours = forms.DecimalField(min_value=1, decimal_places=1, max_digits=5, required=False)
    day = forms.DateField(required=False)
    clock = forms.TimeField(required=False)
    page = forms.URLField(assume_scheme="https", required=False)
    mail = forms.EmailField(required=False)
    name = forms.CharField(max_length=5, required=False)
    pick = forms.ChoiceField(choices=[("a", "A")], required=False)
    picks = forms.MultipleChoiceField(choices=[("a", "A")], required=False)
    file = forms.FileField(required=False)
    own = forms.DateField(required=False, error_messages={"invalid": "Write the day like this."})


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("many", "51", "50 at most: change the number, then try again."),
        ("many", "0", "1 at least: change the number, then try again."),
        ("many", "x", "Type a whole number, such as 12."),
        ("hours", "x", "Type a number, such as 12 or 12.5."),
        ("hours", "1.25", "1 decimal is enough. Type it again with fewer."),
        ("hours", "123456", "This number is too big to be kept here. Is there a digit too many?"),
        ("day", "x", "This is no date yet. It looks like 2026-01-31."),
        ("clock", "25:99", "This is no time of day yet. It looks like 13:30."),
        ("page", "no address", "This is no web address yet. It looks like https://example.ca/sheet."),
        ("mail", "x", "This is no e-mail address yet. It looks like name@hospital.ca."),
        ("name", "abcdef", "5 characters fit here, and this has 6. Shorten it, then try again."),
        ("pick", "b", "This is none of the choices. Choose again."),
        ("picks", "b", "This is none of the choices. Choose again."),
        ("own", "x", "Write the day like this."),
    ],
)
def test_what_a_field_cannot_take_is_said_plainly(field, typed, said):
    assert Typed({field: typed}).errors[field] == [said]


def test_an_empty_file_is_said_plainly():
    form = Typed({}, {"file": SimpleUploadedFile("a.csv", b"")})
    assert form.errors["file"] == ["There is nothing in this file. Choose another one."]
