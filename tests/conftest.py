"""What all tests share: options, missing tools, the session's build of the run time."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from golden_files import Golden
from host_build import HostBuild
from hypothesis import HealthCheck, settings
from hypothesis.internal.conjecture import providers
from shared_files import shared_models

collect_ignore = ["models/make.py"]  # has an environment of its own
CROSS_TOOLS = ("arm-none-eabi-gcc", "qemu-system-arm")

settings.register_profile(
    "weft",
    derandomize=True,
    deadline=None,
    database=None,
    print_blob=False,
    suppress_health_check=list(HealthCheck),
)
settings.load_profile("weft")

# Hypothesis also draws constants of all modules that happen to be loaded: what a test sees would
# depend on the tests that its process has run before, and so would what its cases reach.
if hasattr(providers, "_get_local_constants"):
    _NO_CONSTANTS = providers._local_constants
    providers._get_local_constants = lambda: _NO_CONSTANTS


def pytest_addoption(parser: pytest.Parser) -> None:
    """--update-golden rewrites golden files; the tests that had to rewrite one fail."""
    parser.addoption(
        "--update-golden",
        action="store_true",
        help="rewrite golden files that differ, and fail naming them",
    )


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip what cannot run here; in CI that is a failure."""
    missing = ""
    if item.get_closest_marker("cross"):
        missing = ", ".join(tool for tool in CROSS_TOOLS if not shutil.which(tool))
    if item.get_closest_marker("shared") and not shared_models():
        missing = "the published models (set WEFT_SHARED)"
    if missing and os.environ.get("WEFT_CI"):
        pytest.fail(f"WEFT_CI is set and this is missing: {missing}", pytrace=False)
    if missing:
        pytest.skip(f"missing: {missing}")


@pytest.fixture(scope="session")
def host(tmp_path_factory: pytest.TempPathFactory) -> HostBuild:
    """Builds libraries for this machine; kernels are compiled once."""
    return HostBuild(tmp_path_factory.mktemp("host"))


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Golden:
    """Compares texts with files below tests/golden."""
    folder = Path(__file__).parent / "golden"
    return Golden(folder, update=bool(request.config.getoption("--update-golden")))
