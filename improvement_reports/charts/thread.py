"""The drawing of the golden thread: three columns of boxes on a wide page, an indented tree on a narrow one."""

from collections.abc import Sequence
from dataclasses import dataclass

from improvement_reports.charts.canvas import INK, NARROW, QUIET, new_axes, palette, sentence_svg, svg_text, wrapped
from improvement_reports.charts.drawn_before import drawn_once

LINE = 17
PAD = 9
GAP = 12


@dataclass(frozen=True)
class ThreadBox:
    """A box: its words and the symbol of a status, or none."""

    text: str
    symbol: str = ""

    def lines(self, width: int) -> list[str]:
        text = f"{self.symbol} {self.text}" if self.symbol else self.text
        return wrapped(text, width).split("\n")


@drawn_once
def thread_svg(lanes: Sequence[tuple[ThreadBox, list[ThreadBox], list[ThreadBox]]], width: int) -> str:
    """``lanes``: for each recommendation its box, what answers it, its measures; an empty list is drawn as "none"."""
    if not lanes:
        return sentence_svg("There is no recommendation, so there is nothing to draw.", width)
    return _tree(lanes, width) if width <= NARROW else _columns(lanes, width)


def _height(lines: list[str]) -> float:
    return len(lines) * LINE + 2 * PAD - 4


def _columns(lanes, width: int) -> str:
    none = [ThreadBox("none")]
    xs, widths, chars = (0, 250, 500), (216, 216, 220), (29, 29, 30)
    plans, y = [], 26.0
    for head, answers, measures in lanes:
        columns = [[head], answers or none, measures or none]
        stacks = [[box.lines(chars[n]) for box in column] for n, column in enumerate(columns)]
        height = max(sum(_height(b) + GAP for b in stack) for stack in stacks)
        plans.append((y, height, stacks))
        y += height + 8
    figure, axes = _canvas(width, y)
    for n, title in enumerate(("What must improve", "Answered by", "Evidenced by")):
        axes.text(xs[n] + 2, 10, title, fontsize=13, fontweight="bold", va="center")
    for top, height, stacks in plans:
        centres = []
        for n, stack in enumerate(stacks):
            at, column = top, []
            for lines in stack:
                column.append((at + _height(lines) / 2, lines))
                _box(axes, xs[n], at, widths[n], lines, main=n == 0, empty=lines == ["none"])
                at += _height(lines) + GAP
            centres.append(column)
        for n in (0, 1):
            for start, _ in centres[n][:1] if n else centres[n]:
                for end, lines in centres[n + 1]:
                    if lines != ["none"]:
                        axes.plot(
                            [xs[n] + widths[n], xs[n + 1]],
                            [start if n == 0 else centres[1][0][0], end],
                            color=QUIET,
                            linewidth=1.2,
                            zorder=1,
                        )
        axes.plot([0, width], [top + height + 1] * 2, color="#d9dcde", linewidth=0.8)
    return svg_text(figure)


def _tree(lanes, width: int) -> str:
    plans, y = [], 4.0
    for head, answers, measures in lanes:
        for indent, box, kind in [
            (0, head, "head"),
            *((16, b, "answer") for b in answers or [ThreadBox("answered by: none")]),
            *((32, b, "measure") for b in measures or [ThreadBox("evidenced by: none")]),
        ]:
            lines = box.lines(int((width - indent - 20) / 7.3))
            plans.append((y, indent, lines, kind))
            y += _height(lines) + 6
        y += 10
    figure, axes = _canvas(width, y)
    for top, indent, lines, kind in plans:
        _box(axes, indent, top, width - indent - 2, lines, main=kind == "head", empty=lines[-1].endswith("none"))
        if indent:
            axes.plot([indent - 8] * 2, [top - 6, top + _height(lines) / 2], color=QUIET, linewidth=1.2)
            axes.plot([indent - 8, indent], [top + _height(lines) / 2] * 2, color=QUIET, linewidth=1.2)
    return svg_text(figure)


def _canvas(width: int, height: float):
    figure, axes = new_axes(width, height, (0, 0, 1, 1))
    axes.set_xlim(0, width), axes.set_ylim(height, 0)
    axes.axis("off")
    return figure, axes


def _box(axes, x: float, y: float, width: float, lines: list[str], main: bool, empty: bool) -> None:
    from matplotlib.patches import Rectangle

    colour = palette()["main"]
    face, edge = (colour, colour) if main else ("white", QUIET if not empty else INK)
    axes.add_patch(
        Rectangle(
            (x + 1, y),
            width - 2,
            _height(lines),
            linewidth=1.2,
            linestyle="--" if empty else "-",
            zorder=2,
            facecolor=face,
            edgecolor=edge,
        )
    )
    for n, line in enumerate(lines):
        axes.text(
            x + PAD,
            y + PAD + LINE * (n + 0.35),
            line,
            fontsize=12,
            va="center",
            color="white" if main else INK,
            zorder=3,
        )
