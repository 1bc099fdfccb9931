"""The doors of the product and the floor's own."""

from django.urls import path

from bench.floor import feed_floor, floor
from config.urls import *  # noqa: F403
from config.urls import urlpatterns as product

urlpatterns = [
    path("bench-feed/", feed_floor, name="bench_feed"),
    path("bench/<str:page>/", floor, name="bench_floor"),
    *product,
]
