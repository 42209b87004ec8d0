"""Every change of the registers of people and households."""

from sanzhi.foundation.people.actions.counts import HeadCountEntry, record_head_counts
from sanzhi.foundation.people.actions.households import (
    NewHousehold,
    change_presence,
    close_household,
    correct_household,
    move_household,
    open_household,
    open_households,
)
from sanzhi.foundation.people.actions.leave import end_leave, record_leave
from sanzhi.foundation.people.actions.posts import (
    NewPost,
    close_post,
    close_posts_of,
    correct_person,
    correct_post,
    open_post,
    open_posts,
    register_person,
)

__all__ = [
    "HeadCountEntry",
    "NewHousehold",
    "NewPost",
    "change_presence",
    "close_household",
    "close_post",
    "close_posts_of",
    "correct_household",
    "correct_person",
    "correct_post",
    "end_leave",
    "move_household",
    "open_household",
    "open_households",
    "open_post",
    "open_posts",
    "record_head_counts",
    "record_leave",
    "register_person",
]
