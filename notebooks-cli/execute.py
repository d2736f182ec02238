"""Executes one Markdown notebook with bash cells and keeps what it printed.

    execute.py [--check] NOTEBOOK.md

Writes NOTEBOOK.ipynb, without clocks, random ids or versions, so that an unchanged notebook leaves
an unchanged file. With --check it writes nothing and compares what the cells print with the file.
A cell tagged "varies" (```bash tags=["varies"]) may print something else each time: it must run, and
the file keeps what it printed first.
"""

import difflib
import pathlib
import sys
import tempfile

import jupytext
import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

SECONDS_PER_CELL = 300


def execute(source: pathlib.Path, repository: pathlib.Path) -> nbformat.NotebookNode:
    """The notebook with the outputs of a run in a fresh folder that has the data sets in it."""
    notebook = jupytext.read(source)
    with tempfile.TemporaryDirectory(prefix="martlet-notebook-") as folder:
        (pathlib.Path(folder) / "datasets").symlink_to(repository / "datasets")
        client = NotebookClient(
            notebook,
            kernel_name="bash",
            timeout=SECONDS_PER_CELL,
            resources={"metadata": {"path": folder}},
            extra_arguments=["--IPKernelApp.log_level=ERROR"],
        )
        try:
            client.execute()
        except CellExecutionError:
            tell_failure(source, notebook)
            raise
    return notebook


def tell_failure(source: pathlib.Path, notebook: nbformat.NotebookNode) -> None:
    """Says which cell failed, and all that it printed."""
    for cell in notebook.cells:
        outputs = cell.get("outputs", [])
        if any(output.output_type == "error" for output in outputs):
            printed = "".join(output.get("text", "") for output in outputs)
            print(f"{source}: this cell failed:\n{cell.source}\n\n{printed}", file=sys.stderr)


def stripped(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """The notebook with nothing in it that differs between two equal runs."""
    notebook.metadata = {
        "kernelspec": {"display_name": "Bash", "language": "bash", "name": "bash"},
        "language_info": {"name": "bash"},
    }
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    for number, cell in enumerate(notebook.cells, start=1):
        cell.id = f"cell-{number:02}"
        tags = cell.metadata.get("tags", [])
        cell.metadata = {"tags": tags} if tags else {}
        if cell.cell_type == "code":
            cell.outputs = joined(cell.outputs)
    return notebook


def joined(outputs: list) -> list:
    """The outputs with pieces of one stream put together: where it was cut is chance."""
    result: list = []
    for output in outputs:
        if output.output_type == "stream" and result and result[-1].get("name") == output.name:
            result[-1].text += output.text
        else:
            result.append(output)
    return result


def varies(cell: nbformat.NotebookNode) -> bool:
    return "varies" in cell.metadata.get("tags", [])


def keep_earlier(notebook: nbformat.NotebookNode, earlier: nbformat.NotebookNode) -> None:
    """Gives each cell that varies the output that it had, while its commands are the same."""
    known = {cell.source: cell for cell in earlier.cells if cell.cell_type == "code"}
    for cell in notebook.cells:
        if cell.cell_type == "code" and varies(cell) and cell.source in known:
            cell.outputs = known[cell.source].outputs


def main() -> int:
    arguments = sys.argv[1:]
    check = "--check" in arguments
    (source,) = (pathlib.Path(name) for name in arguments if name != "--check")
    kept = source.with_suffix(".ipynb")
    repository = pathlib.Path(__file__).resolve().parent.parent
    try:
        notebook = stripped(execute(source, repository))
    except CellExecutionError:
        return 1
    earlier = kept.read_text() if kept.exists() else ""
    if earlier:
        keep_earlier(notebook, nbformat.reads(earlier, as_version=4))
    text = nbformat.writes(notebook) + "\n"
    if not check:
        kept.write_text(text)
        return 0
    if text == earlier:
        return 0
    sys.stderr.writelines(
        difflib.unified_diff(
            earlier.splitlines(keepends=True), text.splitlines(keepends=True), str(kept), "this run"
        )
    )
    print(f"{kept} is not what the notebook prints: run notebooks-cli/run", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
