"""`weft verify`: prove a model's library bit-exact, layer by layer."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from weft import driver, emit
from weft import verify as checker
from weft.cli.options import (
    Budget,
    Input,
    InputType,
    Json,
    Model,
    NoPass,
    Optimize,
    Signature,
    TargetName,
    compile_options,
    positive,
)
from weft.cli.output import console, print_json
from weft.program import Program
from weft.target import VARIANTS


def verify(
    model: Model,
    samples: Annotated[int, typer.Option("--samples", help="How many inputs.")] = 20,
    inputs: Annotated[
        Path | None,
        typer.Option("--inputs", metavar="X.npz", help="Inputs in0, in1, ... (and outputs out0, "
                     "... to compare with), one or stacked."),
    ] = None,
    target: TargetName = "generic",
    optimize: Optimize = "balanced",
    input_: Input = "whole",
    input_type: InputType = "model",
    signature: Signature = None,
    ram_budget: Budget = None,
    no_pass: NoPass = None,
    variant: Annotated[
        str | None,
        typer.Option("--variant", help=f"Kernels: {', '.join(VARIANTS)}; default: the target's."),
    ] = None,
    on: Annotated[
        str | None, typer.Option("--on", metavar="TARGET", help="Run on the emulated board.")
    ] = None,
    sanitize: Annotated[
        bool, typer.Option("--sanitize", help="Build with address and undefined sanitizers.")
    ] = False,
    as_json: Json = False,
) -> None:  # fmt: skip
    """Run the library of a model and compare every layer with the reference, bit by bit."""
    people = console(as_json)
    data = driver.read_model(model)
    options = compile_options(
        target=on or target,
        variant=variant,
        optimize=optimize,
        input_=input_,
        input_type=input_type,
        signature=signature,
        ram_budget=ram_budget,
        no_pass=no_pass,
    )
    program = driver.compile_model(data, model.name, options)
    chosen = (
        checker.load_samples(program.model, inputs)
        if inputs
        else checker.make_samples(program.model, positive(samples, "--samples"))
    )
    reference = checker.find_reference(data, program.model)
    try:
        traces = _runner(on, sanitize)(program, chosen)
    except checker.RunError as error:
        people.print(f"NOT verified: {error}", markup=False)
        if as_json:
            print_json({"bit_exact": False, "error": str(error)})
        raise typer.Exit(1) from None
    verdict = checker.compare(program, emit.harness_view(program), chosen, traces, reference)
    if as_json:
        print_json(_document(verdict, program, on))
    people.print(_line(verdict), markup=False)
    people.print(f"compared with {verdict.reference}, on {on or 'this machine'}", markup=False)
    if not verdict.bit_exact:
        people.print(f"first difference: {verdict.first_mismatch}", markup=False)
        raise typer.Exit(1)


def _runner(on: str | None, sanitize: bool) -> Any:
    if on:
        return checker.run_target
    return checker.run_sanitized if sanitize else checker.run_host


def _variant(program: Program) -> str:
    """The kernel set of a program: the name that its target's features have."""
    known = {features: name for name, features in VARIANTS.items()}
    return known.get(program.target.features, "+".join(sorted(program.target.features)))


def _line(verdict: checker.Verdict) -> str:
    word = "bit-exact" if verdict.bit_exact else "NOT bit-exact"
    return (
        f"{word}: {verdict.layers_exact}/{verdict.layers} layers, "
        f"{verdict.samples_exact}/{verdict.samples} inputs"
    )


def _document(verdict: checker.Verdict, program: Program, on: str | None) -> dict[str, Any]:
    first = verdict.first_mismatch
    return {
        "bit_exact": verdict.bit_exact,
        "samples": verdict.samples,
        "samples_exact": verdict.samples_exact,
        "layers": verdict.layers,
        "layers_exact": verdict.layers_exact,
        "variant": _variant(program),
        "target": program.target.name,
        "engine": "qemu" if on else "host",
        "reference": verdict.reference,
        "first_mismatch": None
        if first is None
        else {
            "sample": first.sample,
            "layer": first.layer,
            "element": list(first.element),
            "expected": first.expected,
            "got": first.got,
        },
    }
