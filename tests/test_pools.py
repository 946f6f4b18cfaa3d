"""Pools by the DSP extension at the limits of what their short sums hold."""

from __future__ import annotations

import numpy as np
import pytest
from host_build import HostBuild
from random_model import RandomModel

from weft import driver, emit, verify

_IMAGE = (1, 18, 17, 5)


@pytest.mark.parametrize(
    ("size", "short"), [((16, 16), True), ((15, 17), True), ((17, 16), False), ((2, 2), True)]
)
def test_average_of_extremes(size: tuple[int, int], short: bool, host: HostBuild) -> None:
    """Windows of up to 256 of the least or the greatest values, and halves between two means."""
    b = RandomModel(seed=2)
    x = b.input(_IMAGE)
    model = b.build([x], [b.average_pool_2d(x, kernel=size, stride=(1, 1), padding="VALID")])
    program = driver.compile_model(model, "m.tflite", driver.Options("m", variant="dsp"))
    kernel = program.calls[-1].kernel
    assert kernel.source.endswith("__dsp.c") == short
    every_other = np.indices(_IMAGE).sum(axis=0) % 2
    images = [
        np.full(_IMAGE, -128),
        np.full(_IMAGE, 127),
        np.where(every_other, -128, -127),
        np.where(every_other, 127, 126),
        np.where(every_other, -128, 127),
    ]
    inputs = tuple((image.astype(np.int8),) for image in images)
    samples = verify.Samples(inputs)
    reference = verify.find_reference(model, program.model)
    traces = host.run(program, samples)
    verdict = verify.compare(program, emit.harness_view(program), samples, traces, reference)
    assert verdict.bit_exact, verdict.first_mismatch
