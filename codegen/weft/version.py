"""The version of the compiler: in generated files, in `weft --version`, and of the package."""

__version__ = "0.1.0"
