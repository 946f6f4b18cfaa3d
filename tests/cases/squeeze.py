"""SQUEEZE."""

from cases.views import views

cases = views("SQUEEZE")
