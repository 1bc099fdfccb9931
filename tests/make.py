from desk.demo.make import *  # noqa: F403
