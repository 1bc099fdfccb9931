"""What was said: the forum's threads and posts, the coaches' notes. Straight rows, counters and all."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from coaching.models import PrivateNote, TeamNote, Visit
from collaborative.models import TEAM_ROLES, Cohort
from core.time import forward_utc, wall_in
from desk.demo.marks import demo_id
from desk.demo.notes import NOTES
from desk.demo.organisations import Place
from desk.demo.populate import World
from desk.demo.talk import TALK, Said, Talk
from forum import words
from forum.models import Post, Thread


def standings(world: World) -> dict:
    """Return by person the role and the team in which they write: in a team first."""
    found: dict = {}
    for row in world.roles:
        if row.cohort_id or row.team_id:
            inside = row.role in TEAM_ROLES
            if inside or row.user_id not in found:
                found[row.user_id] = (row.role, row.team if inside else None)
    return found


def talk(world: World, cohort: Cohort, threads: tuple[Talk, ...] = TALK) -> None:
    """Write the threads of a cohort with their answers, as if they had been written one after another."""
    boards = {board.key: board for board in cohort.boards.all()}
    roles = standings(world)
    rows: list[Thread] = []
    posts: list[Post] = []
    for number, one in enumerate(threads):
        said = (one.first, *one.answers)
        moments = _moments(world, said)
        title, rest = words.split(one.first.text)
        writer = world.who(one.first.by)
        thread = Thread(
            id=demo_id("thread", number), board=boards[one.board], title=title, language=one.first.language, by=writer,
            team=roles[writer.pk][1], last_post_at=moments[-1], post_count=len(said), last_number=len(said),
            created_at=moments[0],
        )  # fmt: skip
        rows.append(thread)
        for place, (piece, at) in enumerate(zip(said, moments, strict=True), start=1):
            who = world.who(piece.by)
            role, team = roles[who.pk]
            body = (rest if place == 1 else "") or piece.text
            posts.append(
                Post(
                    id=demo_id("post", number, place),
                    thread=thread,
                    number=place,
                    by=who,
                    team=team,
                    role=role,
                    language=piece.language,
                    text=piece.text,
                    html=words.render(body),
                    created_at=at,
                )
            )
    Thread.objects.bulk_create(rows)
    Post.objects.bulk_create(posts)


def _moments(world: World, said: Iterable[Said]) -> list[dt.datetime]:
    """Return when each was written on its writer's clock: in order, and never ahead of now."""
    found: list[dt.datetime] = []
    for place, piece in enumerate(said):
        zone = world.who(piece.by).time_zone
        days, hour = piece.ago
        today = wall_in(world.now, zone).date()
        wall = dt.datetime.combine(today - dt.timedelta(days=days), dt.time(hour, 7 + 11 * place % 50))
        at = forward_utc(wall, zone)
        if found:
            at = max(at, found[-1] + dt.timedelta(minutes=23))
        found.append(at)
    # The latest is at least twenty minutes old, so that nothing can be taken back unheard any more.
    ahead = max(found[-1] - (world.now - dt.timedelta(minutes=20)), dt.timedelta(0))
    return [at - ahead for at in found]


def coach(world: World, all_places: Iterable[Place]) -> None:
    """Write the coaches' notes, shared and private, and up to when each of them has looked at each of their teams."""
    shared: list[TeamNote] = []
    private: list[PrivateNote] = []
    visits: list[Visit] = []
    for place in all_places:
        by, team = world.people[place.coach], world.teams[place.key]
        latest = None
        for number, note in enumerate(NOTES.get(place.key, ())):
            wall = dt.datetime.combine(
                wall_in(world.now, by.time_zone).date() - dt.timedelta(days=note.days), dt.time(15, 40)
            )
            at = forward_utc(wall, by.time_zone)
            latest = max(latest or at, at)
            key = demo_id("note", place.key, number)
            if note.private:
                private.append(PrivateNote(id=key, author=by, team=team, text=note.text, created_at=at))
            else:
                shared.append(TeamNote(id=key, by=by, team=team, text=note.text, created_at=at))
        # Who wrote has looked; the others are looked at once a week.
        visits.append(Visit(coach=by, team=team, at=latest or world.now - dt.timedelta(days=8, hours=3)))
    TeamNote.objects.bulk_create(shared)
    # Its manager answers authors only; rows are written past it.
    PrivateNote._base_manager.bulk_create(private)
    Visit.objects.bulk_create(visits)
