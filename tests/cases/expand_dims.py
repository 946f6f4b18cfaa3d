"""EXPAND_DIMS."""

from cases.views import views

cases = views("EXPAND_DIMS")
