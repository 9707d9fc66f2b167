"""`mimtest selftest`."""

from pathlib import Path

import click

from mimtest.checks import SUITE_NAMES


@click.command()
@click.option(
    "--suite",
    "suites",
    multiple=True,
    type=click.Choice(SUITE_NAMES),
    help="Prove the checks of this suite only (repeatable).",
)
@click.option(
    "--fault",
    "faults",
    multiple=True,
    metavar="GLOB",
    help="Run these faults and variants, and prove the checks they are for (repeatable).",
)
@click.option(
    "--mode",
    type=click.Choice(["sample", "all", "touched", "whole"]),
    default="sample",
    show_default=True,
    help="sample: of each check one fault, every variant, and a sample of the other checks they touch; all: every "
    "fault; touched: every fault with every check it touches; whole: every fault with every check.",
)
@click.option(
    "-n",
    "processes",
    type=click.IntRange(min=1),
    metavar="N",
    help="Run in N processes; without it three for each processor, for much of it is waiting.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("mimtest-selftest"),
    show_default=True,
    help="Folder for the matrix.",
)
def command(
    suites: tuple[str, ...],
    faults: tuple[str, ...],
    mode: str,
    processes: int | None,
    output: Path,
) -> int:
    """Prove the checks by the sandbox as it is, and by its faults.

    Every check has to pass where nothing is wrong, to fail with a fault that breaks what it looks at, and to keep silent
    with the faults of others and with what the standards permit. The matrix is written as kill-matrix.json and .html.

    \b
    Exit codes: 0 the matrix is complete; 1 a check or a fault did otherwise than
    it declares; 2 wrong usage; 3 only a part was wanted.

    \b
    Examples:
      mimtest selftest -o proof
      mimtest selftest --suite places --fault 'pla-kml-*'
    """
    import json
    import os

    from mimtest.rendering import kill_matrix
    from mimtest.report import require_folder, write_whole
    from mimtest.selftest import Wanted, prove
    from mimtest.selftest.packing import Mode
    from mimtest.statusline import StatusLine

    wanted = Wanted(suites or SUITE_NAMES, faults, Mode(mode))
    wanted.names()
    require_folder(output)
    status = StatusLine()
    matrix = prove(
        wanted,
        processes or 3 * (os.cpu_count() or 1),
        lambda phase, done, of: status.show(f"{phase}: {done} of {of} runs"),
    )
    status.clear()
    plain = matrix.as_dict()
    text = json.dumps(plain, indent=1, ensure_ascii=False) + "\n"
    write_whole(output / "kill-matrix.json", text.encode())
    write_whole(output / "kill-matrix.html", kill_matrix.render(plain).encode())
    for line in kill_matrix.lines(plain):
        click.echo(line)
    click.echo(f"Matrix: {output / 'kill-matrix.html'}")
    if not matrix.is_complete:
        return 1
    return 0 if wanted.is_all else 3
