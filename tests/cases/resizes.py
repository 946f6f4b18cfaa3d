"""Images of another size: larger and smaller, by whole factors and by any, every way to align."""

from __future__ import annotations

from hypothesis import strategies as st
from model_builder import ModelBuilder

from cases.borders import tensors
from cases.common import Case, Draw, channels, sizes

_WAYS = ((False, False), (True, False), (False, True))


@st.composite
def resizes(draw: Draw, builtin: str, *types: str) -> Case:
    """An image of any height and width."""
    b, tensor = ModelBuilder(), draw(tensors(*types))
    image, depth = (draw(sizes()), draw(sizes())), draw(channels())
    factors = st.tuples(st.integers(1, 4), st.integers(1, 4))
    free = st.tuples(st.integers(1, 24), st.integers(1, 24))
    size = draw(factors.map(lambda f: tuple(n * k for n, k in zip(image, f, strict=True))) | free)
    corners, centers = draw(st.sampled_from(_WAYS))
    x, y = b.tensor((1, *image, depth), **tensor), b.tensor((1, *size, depth), **tensor)
    options = {"align_corners": corners, "half_pixel_centers": centers}
    b.operator(builtin, [x, b.constant(size, dtype="int32")], [y], **options)
    return Case.of(b, [x], [y], image=image, size=size, depth=depth, tensor=tensor, **options)
