"""Generated one-operator models, one module for each operator.

`tests/cases/<operator>.py` has `cases`, a hypothesis strategy of `Case`. All kernels of the
operator must be reached by what it generates; test_kernels.py fails otherwise.
"""
