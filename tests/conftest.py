"""What holds for all tests: no test fails because the machine is slow."""

from hypothesis import settings

settings.register_profile("house", deadline=None)
settings.load_profile("house")
