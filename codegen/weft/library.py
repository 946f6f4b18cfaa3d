"""The Python interface: what `import weft` offers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from weft import driver, emit, frontend, verify
from weft.errors import CompileError
from weft.ir import Graph
from weft.ops.base import Values
from weft.program import Program


@dataclass(frozen=True, slots=True)
class Model:
    """A model that has been read and checked."""

    graph: Graph
    data: bytes

    @classmethod
    def load(cls, path: str | Path, signature: str | None = None) -> Model:
        """Read a .tflite file. Raises CompileError for what weft cannot compile."""
        data = driver.read_model(Path(path))
        return cls(frontend.load(data, Path(path).stem, signature), data)


@dataclass(frozen=True, slots=True)
class Library:
    """A compiled model: its program and its C files."""

    program: Program
    model: bytes
    golden: int = 0

    @property
    def files(self) -> dict[str, str]:
        """File name -> text."""
        vectors = verify.golden_vectors(self.program.model, self.golden)
        return emit.render(self.program, vectors)

    def write(self, folder: str | Path) -> list[Path]:
        """Write all files below a folder, which is made; the paths written."""
        files = self.files
        driver.write(files, Path(folder))
        return [Path(folder) / name for name in files]

    def run(self, *inputs: Values) -> tuple[Values, ...]:
        """One inference, the first, of the generated C on this machine; needs a C compiler.

        Takes an array for each input, of the input's shape and type, and gives the outputs.
        """
        graph = self.program.graph
        checked = tuple(self._checked(i, x) for i, x in enumerate(self._counted(inputs)))
        (trace,) = verify.run_host(self.program, verify.Samples((checked,)))
        return tuple(
            trace[port.base : port.base + port.nbytes]
            .view(graph[t].dtype.numpy)
            .reshape(graph[t].shape)
            for t, port in zip(graph.outputs, emit.harness_view(self.program).outputs, strict=True)
        )

    def _counted(self, inputs: Sequence[Values]) -> Sequence[Values]:
        wanted = len(self.program.graph.inputs)
        if len(inputs) != wanted:
            raise CompileError(f"{len(inputs)} inputs given, the model has {wanted}")
        return inputs

    def _checked(self, number: int, values: Values) -> Values:
        tensor = self.program.graph[self.program.graph.inputs[number]]
        array = np.asarray(values)
        if array.dtype != tensor.dtype.numpy or array.size != tensor.elements:
            raise CompileError(
                f"got {array.dtype} {array.shape}, not {tensor.dtype.value} {tensor.shape}",
                where=f'input {number} "{tensor.name}"',
            )
        return array.reshape(tensor.shape)

    def report(self) -> dict[str, Any]:
        """Sizes, layers and files: the keys of `weft compile --json`."""
        return emit.report(self.program)


def compile(  # noqa: PLR0913 (the options of the command)
    path: str | Path,
    *,
    name: str | None = None,
    target: str = "generic",
    optimize: str = "balanced",
    input_rows: bool = False,
    input_type: str = "model",
    signature: str | None = None,
    golden: int = 0,
) -> Library:
    """Compile a .tflite file; the options are those of `weft compile`. Raises CompileError."""
    data = driver.read_model(Path(path))
    options = driver.Options(
        name=name,
        target=target,
        optimize=optimize,
        input_rows=input_rows,
        input_type=input_type,
        signature=signature,
    )
    return Library(driver.compile_model(data, Path(path).name, options), data, golden)
