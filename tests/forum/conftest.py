"""A board of the cast's cohort, and a question of Nia's on it."""

import pytest

from tests import make


@pytest.fixture
def ask_board(cast):
    return make.board(cohort=cast.cohort)


@pytest.fixture
def question(cast, ask_board):
    return make.thread(by=cast.nia, board=ask_board)
