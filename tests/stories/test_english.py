"""English stories of the core on every platform: what is on the screens is English too, to the last sign."""

from __future__ import annotations

import pytest

from tests.core.test_english import CHINESE, STORIES, translate
from tests.stories.town import Town


@pytest.fixture
def abroad(place: Town) -> Town:
    with place.program.database.write() as session:
        translate(session)
    return place


@pytest.mark.parametrize("story", ["check-in", "new goal", "feedback"])
def test_an_english_story_is_english_on_the_screen(abroad: Town, story: str) -> None:
    people = {who: abroad.human(who, abroad.name) for who in dict.fromkeys(who for who, *_ in STORIES[story])}
    for who, said, expected in STORIES[story]:
        abroad.clock.forward(seconds=10)  # nobody types as fast as a test, and platforms take so much a minute
        people[who].tell(said)
        assert people[who].shows(expected), (said, [screen.text for screen in people[who].phone.screens()][-2:])
    for human in people.values():
        for screen in human.phone.screens():
            assert not CHINESE.search(screen.text), screen.text
