"""How often a property is tried: as often as its test says in `make test`, many times that in `make torture`."""

from hypothesis import settings

TIMES = settings.default.max_examples // settings.get_profile("test").max_examples


def examples(number, **more):
    return settings(max_examples=number * TIMES, **more)
