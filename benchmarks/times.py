"""How long Weft itself takes: compiling each model, and verifying it with 20 samples on the host.

    python benchmarks/times.py

Reported, not asserted: seconds depend on the machine. The models are those of WEFT_SHARED or
../shared.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

from weft import driver, emit, verify

HERE = Path(__file__).resolve().parent
SAMPLES = 20


def main() -> int:
    """Print a line for each model and the totals."""
    folder = Path(os.environ.get("WEFT_SHARED", HERE.parents[1] / "shared")) / "models"
    models = sorted(folder.glob("*.tflite"))
    if not models:
        print(f"no models in {folder}: set WEFT_SHARED", file=sys.stderr)
        return 2
    totals = [0.0, 0.0]
    print(f"{'model':28}{'compile s':>10}{'verify s':>10}")
    for path in models:
        data, start = path.read_bytes(), time.perf_counter()
        program = driver.compile_model(data, path.name, driver.Options())
        emit.render(program)
        compiled = time.perf_counter()
        samples = verify.make_samples(program.model, SAMPLES)
        traces = verify.run_host(program, samples)
        reference = verify.find_reference(data, program.model)
        verdict = verify.compare(program, emit.harness_view(program), samples, traces, reference)
        done = time.perf_counter()
        word = "" if verdict.bit_exact else "  NOT bit-exact"
        print(f"{path.stem:28}{compiled - start:10.2f}{done - compiled:10.2f}{word}")
        totals[0] += compiled - start
        totals[1] += done - compiled
    print(f"{'in all':28}{totals[0]:10.2f}{totals[1]:10.2f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
