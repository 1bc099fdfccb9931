import pytest

from notifications import kinds, sealing
from tests.notifications import trial


def test_a_key_belongs_to_one_kind():
    kinds.register(trial.ALL[0])
    with pytest.raises(ValueError, match="two kinds"):
        kinds.register(kinds.Kind("trial/reminder", "else/where", "", trial.thing))
    assert kinds.get("trial/reminder") is trial.ALL[0]
    assert kinds.find("trial/nothing") is None
    assert kinds.may_be_sent_again("trial/reminder")
    assert not kinds.may_be_sent_again("trial/code")
    assert not kinds.may_be_sent_again("trial/nobody_knows")


def test_a_seal_opens_after_the_key_was_changed(settings):
    sealed = sealing.seal("318 204")
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another key of more than thirty-two signs"
    assert sealing.unseal(sealed) == "318 204"
    assert sealing.seal("") == sealing.unseal("") == ""
