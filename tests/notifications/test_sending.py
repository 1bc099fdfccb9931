from notifications import services
from tests.notifications.conftest import ABOUT, go, trail


def test_a_posted_message_arrives(nia, sink):
    row = services.post("trial/reminder", to=nia, about=ABOUT)
    assert go() == 1
    row.refresh_from_db()
    assert row.state == "sent", row.reason
    assert trail(row) == [">planned", "claimed>sending", "sending>sent"]
    print(sink.kept[0].raw.decode())
