"""weft: compile a quantized neural network into a self-contained int8 C library.

>>> import weft
>>> lib = weft.compile("examples/digits/digits.tflite", target="cortex-m4")  # doctest: +SKIP
>>> lib.write("out/")  # doctest: +SKIP
"""

from weft.errors import CompileError
from weft.library import Library, Model, compile
from weft.version import __version__

__all__ = ["CompileError", "Library", "Model", "__version__", "compile"]
