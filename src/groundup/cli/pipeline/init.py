"""``groundup pipeline init``: propose a configuration and a contract for a table."""

import argparse
from os.path import relpath
from pathlib import Path

from groundup.cli.arguments import Commands, add_command
from groundup.cli.output import DONE, FAILED, complain, print_json, say, show
from groundup.core.files import write_whole
from groundup.pipeline.errors import PipelineError


def add(commands: Commands) -> None:
    """Add the command to the command line."""
    command = add_command(commands, "init", "propose a configuration and a contract for a table",
                          "groundup pipeline init my.csv --target churned --out shop/config.toml")  # fmt: skip
    command.add_argument("data", metavar="DATA", help="a table: CSV, Parquet or Excel; or a table to try it on: "
                         "breast_cancer or customers")  # fmt: skip
    command.add_argument("--target", metavar="COLUMN", help="the column to predict")
    command.add_argument("--out", type=Path, required=True, metavar="CONFIG.toml", help="where the configuration goes; "
                         "the contract goes next to it")  # fmt: skip
    command.add_argument("--force", action="store_true", help="overwrite a configuration that is there")


def run(options: argparse.Namespace) -> int:
    """Write both files, and return the exit code."""
    from groundup.pipeline import config, contract
    from groundup.pipeline.inference import infer
    from groundup.pipeline.samples import SAMPLES, TARGETS

    out: Path = options.out
    rules = out.with_name("contract.toml" if out.stem == "config" else f"{out.stem}.contract.toml")
    there = [path for path in (out, rules) if path.exists()]
    if there and not options.force:
        raise PipelineError(f"{there[0]}: is there already, perhaps with changes of yours; --force overwrites it.")
    out.parent.mkdir(parents=True, exist_ok=True)
    data, target = Path(options.data), options.target
    if options.data in SAMPLES and not data.exists():
        data, target = out.with_name(f"{options.data}.csv"), target or TARGETS[options.data]
        write_whole(data, SAMPLES[options.data]().to_csv(index=False))
    if target is None:
        raise PipelineError("name the column to predict with --target COLUMN.")
    if not data.exists():
        return complain(f"there is no file {data}; tables to try it on: {', '.join(SAMPLES)}", FAILED)
    found = infer(data, target, rules.name, relpath(data, out.parent))
    write_whole(rules, contract.write(found.contract))
    write_whole(out, config.write(found.config))
    if options.json:
        return print_json({"config": str(out), "contract": str(rules), "notes": list(found.notes)})
    if not options.quiet:
        for one in found.notes:
            say(f"note: {one}")
        show(f"configuration: {out}\ncontract:      {rules}\nnext: look at both, then: groundup pipeline train {out} "
             f"--out {out.parent / 'model'}")  # fmt: skip
    return DONE
